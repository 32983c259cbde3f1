import { Problem } from '../problem.ts';
import type { Finding, FindingSeverity } from './types.ts';

/** What can be wrong with a readable file: severity and Swedish sentence per code. `$1`, `$2` … are filled in. */
const catalogue = {
  'sie.account-duplicate': [
    'warning',
    'Konto $1 finns mer än en gång i kontoplanen. Den sista förekomsten gäller.',
  ],
  'sie.account-type-unknown': [
    'warning',
    'Kontotypen $1 för konto $2 är okänd. Om det är ett balanskonto avgörs av kontonumret.',
  ],
  'sie.account-undeclared': ['warning', 'Konto $1 används men finns inte i filens kontoplan.'],
  'sie.amount-comma': ['warning', 'Beloppet $1 har decimalkomma. Det har lästs som om det vore punkt.'],
  'sie.amount-decimals': ['error', 'Beloppet $1 har fler än två decimaler och har avrundats till hela ören.'],
  'sie.balances-in-4i': ['info', 'Filen är en transaktionsfil (4I) men innehåller även saldon.'],
  'sie.balance-mismatch': [
    'warning',
    'Konto $1: ingående balans och verifikationer ger $2, men utgående balans är $3.',
  ],
  'sie.brace-unexpected': [
    'warning',
    'En klammer $1 står på en plats där ingen verifikation öppnas eller stängs.',
  ],
  'sie.checksum-unverifiable': [
    'warning',
    'Filen har en kontrollsumma men ingen startmarkering. Summan kan inte kontrolleras.',
  ],
  'sie.checksum-wrong': [
    'error',
    'Kontrollsumman stämmer inte: filen anger $1, innehållet ger $2. Filen kan ha ändrats.',
  ],
  'sie.control-character': ['warning', 'Raden innehåller styrtecken, som inte får förekomma i texter.'],
  'sie.date-invalid': [
    'warning',
    'Datumet $1 går inte att läsa. För en rad gäller då verifikationens datum.',
  ],
  'sie.encoding-mixed': ['warning', 'Filen blandar teckenkodningar. Vissa bokstäver kan ha blivit fel.'],
  'sie.field-missing': ['warning', 'Posten #$1 saknar obligatoriska uppgifter och har hoppats över.'],
  'sie.flag-set': ['info', 'Filen är markerad som redan inläst (#FLAGGA 1).'],
  'sie.opening-balance-not-zero': [
    'info',
    'Ingående balanser för $1 summerar till $2, inte till noll. Föregående års resultat är troligen inte omfört.',
  ],
  'sie.quote-inside': [
    'warning',
    'Ett citattecken står inne i en text utan omvänt snedstreck. Texten har lästs till ett citattecken som följs av blanksteg.',
  ],
  'sie.quote-unclosed': [
    'warning',
    'Ett citattecken avslutas inte på raden. Texten har lästs till radens slut.',
  ],
  'sie.record-in-voucher': ['warning', 'Posten #$1 står inne i en verifikation och har hoppats över.'],
  'sie.record-missing': ['warning', 'Filen saknar den obligatoriska posten #$1.'],
  'sie.record-unreadable': ['error', 'Posten #$1 går inte att läsa ($2) och har hoppats över.'],
  'sie.result-mismatch': ['warning', 'Konto $1: verifikationerna ger $2, men filens resultat är $3.'],
  'sie.row-added-unpaired': [
    'warning',
    'En tillagd rad (#RTRANS) följs inte av samma rad som #TRANS och räknas därför inte.',
  ],
  'sie.text-changed': ['warning', 'Texten "$1" kan inte skrivas som den står och blev "$2".'],
  'sie.text-damaged': [
    'warning',
    'Filen innehåller ersättningstecken (�): ett tidigare program har tappat bokstäver.',
  ],
  'sie.type-missing': ['warning', 'Filen anger ingen SIE-typ (#SIETYP). Typen har bestämts av innehållet.'],
  'sie.unknown-line': ['warning', 'Raden är ingen SIE-post och har hoppats över.'],
  'sie.voucher-date-missing': ['error', 'Verifikation $1 saknar läsbart datum.'],
  'sie.voucher-duplicate': ['warning', 'Verifikation $1 finns mer än en gång i filen.'],
  'sie.voucher-empty': ['warning', 'Verifikation $1 har inga rader.'],
  'sie.voucher-outside-year': ['warning', 'Verifikation $1 är daterad $2, utanför räkenskapsåret.'],
  'sie.voucher-unbalanced': ['error', 'Verifikation $1 balanserar inte. Differensen är $2.'],
  'sie.year-duplicate': ['warning', 'Räkenskapsår $1 anges mer än en gång. Det första gäller: $2.'],
  'sie.year-invalid': [
    'warning',
    'Räkenskapsår $1 anges utan två läsbara datum i ordning: $2. Posten har hoppats över.',
  ],
} as const satisfies Record<string, readonly [FindingSeverity, string]>;

export type FindingCode = keyof typeof catalogue;

/** Findings of one code that are told one by one; the rest are counted, so that a file with a million faults fits. */
const keptPerCode = 100;

interface Kept {
  readonly findings: Finding[];
  total: number;
}

/** Collects findings, at most so many of each code. */
export class Findings {
  private readonly byCode = new Map<FindingCode, Kept>();

  get empty(): boolean {
    return this.byCode.size === 0;
  }

  /** Adds a finding; `details` fill `$1`, `$2` … and are computed only when the finding is kept. */
  add(code: FindingCode, line: number, details: () => readonly string[] = () => []): void {
    const kept = this.keptOf(code);
    kept.total++;
    if (kept.findings.length >= keptPerCode) return;
    const [severity, template] = catalogue[code];
    const values = details().map(printable);
    const message = template.replace(/\$(\d)/g, (_, number: string) => values[Number(number) - 1] ?? '');
    kept.findings.push({ code, severity, line, message });
  }

  /** Takes over all of another's findings and empties it. */
  absorb(other: Findings): void {
    for (const [code, { findings, total }] of other.byCode) {
      const kept = this.keptOf(code);
      kept.findings.push(...findings.slice(0, keptPerCode - kept.findings.length));
      kept.total += total;
    }
    other.clear();
  }

  clear(): void {
    this.byCode.clear();
  }

  /** All findings by line; a code with more than are kept ends with a finding that tells how many more there are. */
  list(): Finding[] {
    const all: Finding[] = [];
    for (const [code, { findings, total }] of this.byCode) {
      all.push(...findings);
      const more = total - findings.length;
      if (more === 0) continue;
      const severity = catalogue[code][0];
      all.push({
        code,
        severity,
        line: findings.at(-1)?.line ?? 0,
        message: `Ytterligare ${more} fynd av samma slag (${code}).`,
      });
    }
    return all.toSorted((a, b) => a.line - b.line);
  }

  private keptOf(code: FindingCode): Kept {
    let kept = this.byCode.get(code);
    if (kept === undefined) this.byCode.set(code, (kept = { findings: [], total: 0 }));
    return kept;
  }
}

/** A value of the file as a message may show it: no control characters, not endless. */
function printable(value: string): string {
  const clean = value.replace(/\p{Cc}/gu, '?');
  return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}

/** Why a file is refused whole: what happened, and what to do. */
const refusals = {
  'sie.amount-too-large': [
    'Beloppet $1 är större än vad som går att räkna exakt på.',
    'Kontrollera filen i programmet den kommer från.',
  ],
  'sie.amount-unreadable': ['Beloppet "$1" går inte att läsa.', 'Exportera filen på nytt.'],
  'sie.binary': [
    'Filen innehåller binära data och är ingen SIE-fil.',
    'Välj en fil som är exporterad i SIE-format.',
  ],
  'sie.empty': ['Filen är tom.', 'Exportera filen på nytt.'],
  'sie.html': [
    'Filen är en webbsida och ingen SIE-fil.',
    'Hämta filen på nytt; nedladdningen har troligen gett en felsida.',
  ],
  'sie.line-too-long': [
    'En rad är längre än 1 MB.',
    'Filen är skadad eller ingen SIE-fil. Exportera den på nytt.',
  ],
  'sie.not-sie': [
    'Filen är ingen SIE-fil: den börjar inte med en SIE-post.',
    'Välj en fil som är exporterad i SIE-format.',
  ],
  'sie.row-outside-voucher': [
    'En transaktionsrad står utanför en verifikation.',
    'Filen är skadad. Exportera den på nytt.',
  ],
  'sie.too-many-symbols': [
    'Filen har orimligt många olika konton eller verifikationsserier.',
    'Filen är skadad. Exportera den på nytt.',
  ],
  'sie.truncated': [
    'Filen är avhuggen: $1.',
    'Exportera filen på nytt och kontrollera att hela filen kommer med.',
  ],
  'sie.type-unsupported': ['SIE-typ $1 kan inte läsas.', 'Exportera bokföringen som SIE 4.'],
  'sie.voucher-not-closed': [
    'En verifikation börjar innan den förra är avslutad.',
    'Filen är skadad. Exportera den på nytt.',
  ],
  'sie.voucher-too-large': [
    'En verifikation är större än 32 MB.',
    'Filen är skadad eller ingen SIE-fil. Exportera den på nytt.',
  ],
  'sie.xml': ['Filen är XML (SIE 5 eller annat) och kan inte läsas.', 'Exportera bokföringen som SIE 4.'],
} as const satisfies Record<string, readonly [string, string]>;

export type RefusalCode = keyof typeof refusals;

/** The file cannot be trusted as a whole; nothing of it may be stored. */
export class SieRefusal extends Problem {
  /** Where it was noticed; 0 when no line is to blame. */
  readonly line: number;
  /** What is wrong without what stands in the file, for where the books must not go: `Beloppet "…" går inte att läsa.` */
  readonly whatAlone: string;

  constructor(code: RefusalCode, line: number, ...values: string[]) {
    const [template, advice] = refusals[code];
    const clean = values.map(printable);
    const what = template.replace(/\$(\d)/g, (_, number: string) => clean[Number(number) - 1] ?? '');
    super({ code, what: line > 0 ? `Rad ${line}: ${what}` : what, advice });
    this.name = 'SieRefusal';
    this.line = line;
    this.whatAlone = `${line > 0 ? `Rad ${line}: ` : ''}${template.replace(/\$\d/g, '…')}`;
  }
}
