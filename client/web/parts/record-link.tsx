import type { Child } from 'hono/jsx';
import { closePath } from '../close-frame.tsx';
import { referencePath } from '../record-path.ts';

/** A reference that leads to its record, when it has one that can be shown. */
export const RecordLink = ({
  id,
  reference,
  children,
}: {
  readonly id: string;
  readonly reference: string;
  readonly children?: Child;
}) => {
  const path = referencePath(reference);
  return path === undefined ? <>{children}</> : <a href={closePath(id, path)}>{children}</a>;
};

/** Several, with commas between. */
export const RecordLinks = ({
  id,
  references,
  name = (reference) => reference,
}: {
  readonly id: string;
  readonly references: readonly string[];
  readonly name?: (reference: string) => string;
}) => (
  <>
    {references.map((reference, index) => (
      <>
        {index > 0 && ', '}
        <RecordLink id={id} reference={reference}>
          {name(reference)}
        </RecordLink>
      </>
    ))}
  </>
);
