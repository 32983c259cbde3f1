import type { VoucherForm } from '../adjustment-form.ts';
import type { SavedRevision } from '../editor-ground.ts';
import type { Merge } from '../merge-vouchers.ts';
import { Pill } from './bits.tsx';

interface MergeNoticeProps {
  readonly merge: Merge<VoucherForm>;
  readonly latest: SavedRevision | undefined;
}

/** Two people edited at once: what came from the other, and what a person has to choose. Nothing is saved until *Spara*. */
export function MergeNotice({ merge: { taken, conflicts }, latest }: MergeNoticeProps) {
  const who = latest?.who ?? 'Någon annan';
  return (
    <div class="notice warn" role="alert" id="sammanfogning">
      <p>
        <strong>
          {who} sparade revision {latest?.revision} medan du arbetade. Dina ändringar är kvar och inte
          sparade.
        </strong>
      </p>
      {taken.length > 0 && (
        <p>
          Hämtat från {who}: {taken.map(({ text }) => `”${text}”`).join(', ')}.
        </p>
      )}
      {conflicts.length === 0 ? (
        <p>Inget krockar. Se över det och spara.</p>
      ) : (
        <>
          <p>
            {conflicts.length === 1
              ? 'En verifikation är ändrad av er båda.'
              : `${conflicts.length} verifikationer är ändrade av er båda.`}{' '}
            Din version står i redigeringen tills du väljer.
          </p>
          <ul class="plain conflicts">
            {conflicts.map(({ id, mine, theirs }) => (
              <li>
                <div class="halves">
                  <Version label="Din" voucher={mine} />
                  <Version label={who} voucher={theirs} />
                </div>
                <button class="secondary" form="editor" name="gor" value={`deras:${id}`}>
                  {theirs ? `Ta ${who}s version` : `Ta bort den som ${who}`}
                </button>
              </li>
            ))}
          </ul>
          <p>Vill du behålla dina: spara som det står.</p>
        </>
      )}
    </div>
  );
}

const Version = ({
  label,
  voucher,
}: {
  readonly label: string;
  readonly voucher: VoucherForm | undefined;
}) => (
  <div>
    <Pill tone="calm">{label}</Pill>
    {voucher ? (
      <>
        <p>
          {voucher.date} <strong>{voucher.text}</strong>
        </p>
        <ul class="plain">
          {voucher.rows.map(({ account, debit, credit }) => (
            <li>
              {account} {debit === '' ? `kredit ${credit}` : `debet ${debit}`}
            </li>
          ))}
        </ul>
      </>
    ) : (
      <p>Borttagen</p>
    )}
  </div>
);
