/** What was given to the sandbox cannot be a company. The message is for the person at the command line. */
export class Refused extends Error {}
