import { Problem } from '../../../accounting/problem.ts';
import { ownAmount } from '../../../documents/findings.ts';
import { swedishWhole } from '../../../documents/swedish.ts';
import { changesSinceApproval, changesSinceLastImport } from '../../close/changes.ts';
import { importFindings, listImports } from '../../close/imports.ts';
import type { Finding, ImportSummary } from '../../close/imports.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, Moment, More, Pill } from '../parts/bits.tsx';
import { Changes } from '../parts/changes.tsx';
import { Progress } from '../parts/progress.tsx';
import { RecordLink, RecordLinks } from '../parts/record-link.tsx';
import { recordAtFortnox } from '../record-path.ts';
import { findingFigure, recordName, severityNames, severityTones } from '../words.ts';

/** What an import may be long in showing: the rest is counted. */
const mostShown = 200;

/** Import: what was found in the books, and what has happened to them since the import before. */
export async function showImport(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const [found, since, sinceApproval, imports] = await Promise.all([
    importFindings(c.var.client, who.caller, close.id).catch(noneYet),
    changesSinceLastImport(c.var.client, who.caller, close.id),
    changesSinceApproval(c.var.client, who.caller, close.id).catch(noneYet),
    listImports(c.var.client, who.caller, close.id),
  ]);
  return showClose(
    page,
    '/import',
    <div id="import" data-live>
      <h2>Import</h2>
      <Progress close={close} />
      {!found ? (
        <Empty>
          Bokföringen är inte importerad än. Börja vid{' '}
          <a href={closePath(close.id, '/datakalla')}>datakällan</a>.
        </Empty>
      ) : (
        <>
          <Summary snapshot={found.snapshot} />
          <Findings id={close.id} findings={found.findings} />
          {since && (
            <Changes id={close.id} changes={since}>
              Sedan importen <Moment at={since.from.fetchedAt} />
            </Changes>
          )}
          {sinceApproval && sinceApproval.from.id !== since?.from.id && !sinceApproval.unchanged && (
            <Changes id={close.id} changes={sinceApproval}>
              Sedan godkännandet av revision {sinceApproval.revision}
            </Changes>
          )}
          <Imports imports={imports} />
        </>
      )}
    </div>,
  );
}

function noneYet(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'adjustments.nothing-imported') return undefined;
  throw error;
}

const Summary = ({
  snapshot: { counts, fetchedAt, source, hash, seq },
}: {
  readonly snapshot: ImportSummary;
}) => (
  <section class="card">
    <dl class="facts wide">
      <dt>Hämtad</dt>
      <dd>
        <Moment at={fetchedAt} /> från {source === 'sie' ? 'SIE-fil' : 'Fortnox'} (import {seq})
      </dd>
      <dt>Innehåll</dt>
      <dd>
        {Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([kind, count]) => `${swedishWhole(count)} ${recordName(kind)}`)
          .join(' · ')}
      </dd>
      <dt>Kontrollsumma</dt>
      <dd>
        <code class="hash">{hash}</code>
      </dd>
    </dl>
  </section>
);

function Findings({ id, findings }: { readonly id: string; readonly findings: readonly Finding[] }) {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const sorted = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  return (
    <section>
      <h3>Iakttagelser</h3>
      {sorted.length === 0 ? (
        <Empty>Inget att anmärka på.</Empty>
      ) : (
        <div class="table-wrap" tabindex={0} role="region" aria-label="Iakttagelser">
          <table>
            <thead>
              <tr>
                <th scope="col">Slag</th>
                <th scope="col">Vad</th>
                <th scope="col">Var</th>
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, mostShown).map((finding) => (
                <tr>
                  <td>
                    <Pill tone={severityTones[finding.severity]}>{severityNames[finding.severity]}</Pill>
                  </td>
                  <td>
                    {finding.message}
                    <Figures finding={finding} />
                  </td>
                  <td class="muted">
                    <Place id={id} finding={finding} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={sorted.length} shown={mostShown} />
    </section>
  );
}

const Figures = ({ finding: { figures = {} } }: { readonly finding: Finding }) => {
  const told = Object.entries(figures).map(([name, value]) => findingFigure(name, value));
  return told.length === 0 ? null : <small>{told.join(' · ')}</small>;
};

/** Where it was found: the record or records, each with its own page, or the file's line. */
const Place = ({ id, finding }: { readonly id: string; readonly finding: Finding }) => {
  const { code, file, line, record, field, records = [] } = finding;
  const inFile = [file, line !== undefined && line > 0 ? `rad ${line}` : undefined].filter(
    (part) => part !== undefined && part !== '',
  );
  // A gap names numbers that no voucher has.
  const places = records.slice(0, mostShown).map((found, index) => {
    const amount = ownAmount(found);
    return (
      <>
        {index > 0 && ', '}
        {code === 'control.number-gap' ? (
          found.name
        ) : (
          <RecordLink id={id} reference={found.name}>
            {found.name}
          </RecordLink>
        )}
        {amount !== undefined && ` (${amount})`}
      </>
    );
  });
  return (
    <>
      {inFile.join(', ')}
      {record !== undefined && (
        <>
          <RecordLinks id={id} references={[record]} name={recordAtFortnox} />
          {field && `, ${field}`}
        </>
      )}
      {records.length > mostInline ? (
        <details>
          <summary>{records.length} poster</summary>
          {places}
          <More of={records.length} shown={mostShown} />
        </details>
      ) : (
        places
      )}
    </>
  );
};

const mostInline = 8;

const Imports = ({ imports }: { readonly imports: readonly ImportSummary[] }) => (
  <details>
    <summary>Alla importer ({imports.length})</summary>
    <ul class="plain">
      {imports.map(({ seq, fetchedAt, written, hash }) => (
        <li>
          {seq}. <Moment at={fetchedAt} />, {written} ändrade poster, <code>{hash.slice(0, 12)}…</code>
        </li>
      ))}
    </ul>
  </details>
);
