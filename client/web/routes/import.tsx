import { Problem } from '../../../accounting/problem.ts';
import { changesSinceApproval, changesSinceLastImport } from '../../close/changes.ts';
import { importFindings, listImports } from '../../close/imports.ts';
import type { Finding, ImportSummary } from '../../close/imports.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, Moment, Pill } from '../parts/bits.tsx';
import { Changes } from '../parts/changes.tsx';
import { Progress } from '../parts/progress.tsx';
import { recordName, severityNames, severityTones } from '../words.ts';

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
          <Findings findings={found.findings} />
          {since && (
            <Changes changes={since}>
              Sedan importen <Moment at={since.from.fetchedAt} />
            </Changes>
          )}
          {sinceApproval && sinceApproval.from.id !== since?.from.id && !sinceApproval.unchanged && (
            <Changes changes={sinceApproval}>Sedan godkännandet av revision {sinceApproval.revision}</Changes>
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

const Summary = ({ snapshot: { counts, fetchedAt, source, hash } }: { readonly snapshot: ImportSummary }) => (
  <section class="card">
    <dl class="facts wide">
      <dt>Hämtad</dt>
      <dd>
        <Moment at={fetchedAt} /> från {source === 'sie' ? 'SIE-fil' : 'Fortnox'}
      </dd>
      <dt>Innehåll</dt>
      <dd>
        {Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([kind, count]) => `${count} ${recordName(kind)}`)
          .join(' · ')}
      </dd>
      <dt>Kontrollsumma</dt>
      <dd>
        <code title={hash}>{hash.slice(0, 16)}…</code>
      </dd>
    </dl>
  </section>
);

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const sorted = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  return (
    <section>
      <h3>Iakttagelser</h3>
      {sorted.length === 0 ? (
        <Empty>Inget att anmärka på.</Empty>
      ) : (
        <div class="table-wrap">
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
                  <td class="muted">{placeOf(finding)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sorted.length > mostShown && <p class="muted">… och {sorted.length - mostShown} till.</p>}
    </section>
  );
}

const Figures = ({ finding: { records } }: { readonly finding: Finding }) =>
  records && records.length > 5 ? (
    <details>
      <summary>{records.length} poster</summary>
      <p>{records.join(', ')}</p>
    </details>
  ) : null;

const placeOf = ({ file, line, record, field, records = [] }: Finding): string =>
  [
    file,
    line !== undefined && line > 0 ? `rad ${line}` : undefined,
    record,
    field,
    records.length <= 5 ? records.join(', ') : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');

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
