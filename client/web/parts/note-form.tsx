/** A person's own words under an attachment that is made from the books. */
export const NoteForm = ({
  action,
  version,
  note,
  saved,
  waits,
}: {
  readonly action: string;
  readonly version: number;
  readonly note: string;
  /** What is kept, when that is something else than what was typed. */
  readonly saved: string;
  /** An offer waits for its answer first. */
  readonly waits: boolean;
}) => (
  <section class="card stack" aria-labelledby="anteckning">
    <h3 id="anteckning">Anteckning</h3>
    {waits ? (
      <p class="prose">{note === '' ? 'Ingen anteckning.' : note}</p>
    ) : (
      <form method="post" action={action} class="stack">
        <input type="hidden" name="version" value={version} />
        <label>
          Skrivs ut i bilagan
          <textarea name="text" rows={4} maxlength={20_000}>
            {note}
          </textarea>
        </label>
        {saved !== note && <p class="muted prose">Sparad nu: {saved === '' ? 'ingen' : `”${saved}”`}</p>}
        <p class="actions">
          <button class="secondary">Spara anteckningen</button>
        </p>
      </form>
    )}
  </section>
);
