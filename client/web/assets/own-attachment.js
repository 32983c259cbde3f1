/* What script adds to the editor of an own attachment: the running UB − summa, keys, pasted rows, and a kept draft. */

import { kronor, ore } from './amount.js';
import { dropDrafts, keepDraft } from './draft.js';

const form = document.querySelector('form.own-editor');
if (form) edit();
// What was saved is no draft any more.
for (const { dataset } of document.querySelectorAll('[data-saved]'))
  for (const start of dataset.saved.split(' ')) dropDrafts(start);

function edit() {
  const typed = keepDraft(form, 'rad');
  const rows = form.querySelector('.rows tbody');

  form.addEventListener('input', sum);

  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.closest('.rows')) return;
    if (event.target.matches('button')) return;
    event.preventDefault();
    const row = event.target.closest('tr');
    (row.nextElementSibling ?? addRow()).querySelector('input').focus();
  });

  addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value=spara]'));
  });

  form.addEventListener('click', (event) => {
    if (event.target.dataset.do !== 'row') return;
    event.preventDefault();
    addRow().querySelector('input').focus();
    sum();
  });

  /** Rows as a spreadsheet has them: text, amount. */
  form.addEventListener('paste', (event) => {
    const pasted = event.clipboardData.getData('text/plain');
    let row = event.target.closest('.rows tbody tr');
    if (!row || !/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const at = fieldsOf(row).indexOf(event.target);
    for (const line of pasted.replace(/\r?\n$/, '').split(/\r?\n/)) {
      row ??= addRow();
      const fields = fieldsOf(row).slice(at);
      line.split('\t').forEach((cell, index) => {
        if (fields[index]) fields[index].value = cell.trim();
      });
      row = row.nextElementSibling;
    }
    typed();
    sum();
  });

  function fieldsOf(row) {
    return [...row.querySelectorAll('input:not([type=hidden])')];
  }

  function addRow() {
    const row = rows.lastElementChild.cloneNode(true);
    const number = rows.children.length;
    row.classList.remove('wrong');
    row.querySelector('input[type=hidden]')?.remove();
    row.querySelector('.prior-cell')?.replaceChildren();
    for (const field of fieldsOf(row)) {
      field.name = field.name.replace(/^r\d+\./, `r${number}.`);
      field.setAttribute('aria-label', field.ariaLabel.replace(/\d+$/, String(number + 1)));
      field.removeAttribute('aria-invalid');
      field.value = '';
    }
    rows.append(row);
    return row;
  }

  function sum() {
    const chosen = new Set(form.elements.konton.value.split(/[\s,;]+/));
    const closing = [...form.querySelectorAll('#balanskonton option')]
      .filter(({ value }) => chosen.has(value))
      .reduce((total, option) => total + BigInt(option.dataset.ore), 0n);
    const total = [...rows.querySelectorAll("input[name$='.belopp']")].reduce(
      (all, { value }) => all + ore(value),
      0n,
    );
    const difference = closing - total;
    form.querySelector('[data-sum=total]').textContent = kronor(total);
    form.querySelector('[data-sum=closing]').textContent = kronor(closing);
    const pill = form.querySelector('[data-sum=difference]');
    pill.textContent = kronor(difference);
    pill.className = `pill ${difference === 0n ? 'good' : 'bad'}`;
  }
}
