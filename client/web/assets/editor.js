/* What script adds to the voucher editor: sums, keys, account search, pasted rows, the effect while typing, and a kept draft. */

import { searchAccounts } from './account-search.js';
import { kronor, ore } from './amount.js';
import { dropDrafts, keepDraft } from './draft.js';
import { readPasted } from './pasted-rows.js';

const form = document.querySelector('form.editor');
const names = new Map([...form.querySelectorAll('#konton option')].map(({ value, label }) => [value, label]));
if (location.search === '?sparat') {
  dropDrafts(form.dataset.draft);
  history.replaceState(null, '', location.pathname);
}
const draftTyped = keepDraft(form, 'hamta');
searchAccounts(form, (field) => cell(field.closest('tr'), 'debet').focus());
followSaves();
followEffect();

form.addEventListener('input', ({ target }) => {
  if (target.name.endsWith('.konto')) nameAccount(target);
  const voucher = target.closest('[data-voucher]');
  if (voucher) sum(voucher);
});

function typed() {
  draftTyped();
  form.dispatchEvent(new CustomEvent('bokslut:typed'));
}

// Keys

form.addEventListener('keydown', (event) => {
  const row = event.target.closest('.rows tbody tr');
  if (!row || !event.target.matches('input')) return;
  const side = event.target.name.split('.').at(-1);
  const goTo = (other) => other && cell(other, side).focus();
  if (event.key === 'Enter' && !event.ctrlKey) {
    cell(row.nextElementSibling ?? addRow(row.closest('[data-voucher]')), 'konto').focus();
  } else if (event.key === 'ArrowDown') goTo(row.nextElementSibling);
  else if (event.key === 'ArrowUp') goTo(row.previousElementSibling);
  else if (event.key === 'Delete' && event.ctrlKey) clearRow(row);
  else if (event.key === '=' && (side === 'debet' || side === 'kredit')) fillRest(row);
  else return;
  event.preventDefault();
});

addEventListener('keydown', (event) => {
  if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('button[value=spara]'));
});

/** What the voucher lacks to balance, into the row. */
function fillRest(row) {
  const voucher = row.closest('[data-voucher]');
  cell(row, 'debet').value = '';
  cell(row, 'kredit').value = '';
  const rest = total(voucher, 'debet') - total(voucher, 'kredit');
  if (rest === 0n) return;
  const field = cell(row, rest > 0n ? 'kredit' : 'debet');
  field.value = kronor(rest > 0n ? rest : -rest);
  field.focus();
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function clearRow(row) {
  for (const field of row.querySelectorAll('input')) field.value = '';
  cell(row, 'konto').dispatchEvent(new Event('input', { bubbles: true }));
  cell(row, 'konto').focus();
}

// Buttons

form.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  const voucher = button?.closest('[data-voucher]');
  if (button?.dataset.do === 'row') {
    event.preventDefault();
    cell(addRow(voucher), 'konto').focus();
  }
  if (button?.dataset.do === 'remove') {
    event.preventDefault();
    remove(voucher);
  }
});

/** Taken out of the form, and put back by one press. */
function remove(voucher) {
  const note = document.createElement('p');
  note.className = 'notice';
  note.setAttribute('role', 'status');
  const undo = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Ångra' });
  undo.className = 'quiet';
  note.append('Verifikationen är borttagen. ', undo);
  undo.addEventListener('click', () => {
    note.replaceWith(voucher);
    typed();
    voucher.querySelector('input:not([type=hidden])').focus();
  });
  voucher.replaceWith(note);
  undo.focus();
  typed();
}

// Pasted rows

form.addEventListener('paste', (event) => {
  const pasted = event.clipboardData.getData('text/plain');
  let row = event.target.closest('.rows tbody tr');
  if (!row || !/[\t\n]/.test(pasted.trim())) return;
  event.preventDefault();
  const voucher = row.closest('[data-voucher]');
  const first = event.target.name.split('.').at(-1);
  for (const cells of readPasted(pasted, first)) {
    row ??= addRow(voucher);
    for (const [side, value] of Object.entries(cells)) cell(row, side).value = value;
    nameAccount(cell(row, 'konto'));
    row = row.nextElementSibling;
  }
  event.target.dispatchEvent(new Event('input', { bubbles: true }));
});

// Rows and sums

function cell(row, side) {
  return row.querySelector(`input[name$='.${side}']`);
}

function nameAccount(field) {
  const number = field.value.trim();
  const span = field.closest('tr').querySelector('.account-name span');
  put(span, (names.get(number) ?? '').replace(number, '').trim());
}

function addRow(voucher) {
  const rows = voucher.querySelector('.rows tbody');
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length;
  row.classList.remove('wrong');
  row.querySelector('.fault')?.remove();
  row.querySelector('.account-name span').textContent = '';
  for (const field of row.querySelectorAll('input')) {
    field.name = field.name.replace(/\.r\d+\./, `.r${number}.`);
    field.value = '';
    for (const name of ['aria-invalid', 'aria-describedby', 'aria-expanded', 'role'])
      field.removeAttribute(name);
  }
  rows.append(row);
  return row;
}

function total(voucher, side) {
  let all = 0n;
  for (const { value } of voucher.querySelectorAll(`input[name$='.${side}']`)) if (value) all += ore(value);
  return all;
}

function sum(voucher) {
  const debit = total(voucher, 'debet');
  const credit = total(voucher, 'kredit');
  put(voucher.querySelector('[data-sum=debet]'), kronor(debit));
  put(voucher.querySelector('[data-sum=kredit]'), kronor(credit));
  const pill = voucher.querySelector('[data-sum=differens] .pill');
  pill.hidden = debit === 0n && credit === 0n;
  pill.className = `pill ${debit === credit ? 'good' : 'bad'}`;
  put(pill, debit === credit ? 'Balanserar' : `Differens ${kronor(debit - credit)}`);
}

/** The same text written again would have the rows laid out again. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Others, and the server

/** Tells that somebody else has saved since the fields were read. */
function followSaves() {
  document.addEventListener('bokslut:live', () => {
    const { revision, who } = document.getElementById('sparat-lage')?.dataset ?? {};
    if (!(Number(revision) > Number(form.elements.revision.value)) || document.getElementById('ny-revision'))
      return;
    const notice = Object.assign(document.createElement('div'), {
      id: 'ny-revision',
      className: 'notice warn',
    });
    notice.setAttribute('role', 'alert');
    const text = document.createElement('p');
    text.textContent = `${who} har sparat revision ${revision} medan du arbetar. Dina ändringar är kvar.`;
    const button = Object.assign(document.createElement('button'), {
      name: 'gor',
      value: 'hamta',
      className: 'secondary',
      textContent: 'Hämta och sammanfoga',
    });
    button.setAttribute('form', form.id);
    notice.append(text, button);
    form.before(notice);
  });
}

/** Has the server reckon the effect of the fields, a moment after the last key. */
function followEffect() {
  const panel = document.getElementById('effekt');
  const profit = form.querySelector('[data-profit]');
  let rest;
  let asking;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new FormData(form);
    for (const field of form.querySelectorAll('input[type=file]')) body.delete(field.name);
    try {
      const response = await fetch(panel.dataset.effect, { method: 'POST', body, signal: asking.signal });
      if (!response.ok) return;
      const unfolded = panel.querySelector('details')?.open ?? false;
      panel.innerHTML = await response.text();
      panel.querySelector('details').open = unfolded;
      show();
    } catch {
      // Too late, or the server is away: the next key asks again.
    }
  };
  const show = () => {
    const [name, result] = ['dt', 'strong'].map(
      (part) => panel.querySelector(`.effect-sums ${part}`)?.textContent,
    );
    profit.textContent = name ? `${name} ${result}` : '';
  };
  const later = () => {
    clearTimeout(rest);
    rest = setTimeout(() => void ask(), 250);
  };
  form.addEventListener('input', later);
  form.addEventListener('bokslut:typed', later);
  if (panel.querySelector('dl')) show();
  else void ask();
}
