// Usage: node count-tests.mjs REPORT EXIT_CODE → "PASSED FAILED". REPORT is vitest's JSON report.
import { readFileSync } from 'node:fs';

const [report, exitCode] = process.argv.slice(2);
const files = JSON.parse(readFileSync(report, 'utf8')).testResults;
const tests = files.flatMap((file) => file.assertionResults);
const passed = tests.filter((test) => test.status === 'passed').length;
const notLoaded = files.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
// Skipped, pending, todo, disabled: whatever did not pass has failed.
const failed = tests.length - passed + notLoaded;
const failedOutsideTests = exitCode !== '0' && failed === 0 ? 1 : 0;
const nothingRan = passed + failed === 0 ? 1 : 0;
console.log(passed, failed + Math.max(failedOutsideTests, nothingRan));
