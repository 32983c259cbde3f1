/*
 * What script adds to pages that work without it: they follow what happens, and the voucher editor sums, takes keys and
 * pasted rows, and keeps what is typed until it is saved.
 */

follow();
for (const editor of document.querySelectorAll('form.editor')) edit(editor);

/** Reads the page again when its close has changed, and puts the parts marked `data-live` in place of the old ones. */
function follow() {
  const { livePath, liveVersion } = document.body.dataset;
  if (!livePath) return;
  let shown = liveVersion;
  let wanted = liveVersion;
  let reading = false;
  const offline = document.querySelector('.offline');
  const events = new EventSource(livePath);
  events.addEventListener('open', () => (offline.hidden = true));
  events.addEventListener('error', () => (offline.hidden = false));
  events.addEventListener('version', ({ data }) => {
    wanted = data;
    void refresh();
  });

  async function refresh() {
    if (reading || wanted === shown) return;
    reading = true;
    const aimed = wanted;
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (response.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const now = page.getElementById(part.id);
        if (now && now.outerHTML !== part.outerHTML && !isTyping(part)) part.replaceWith(now);
      }
      shown = aimed;
    } catch {
      offline.hidden = false;
    } finally {
      reading = false;
    }
    if (wanted !== aimed) void refresh();
  }
}

const isTyping = (part) =>
  part.contains(document.activeElement) && document.activeElement.matches('input, select');

/** @param {HTMLFormElement} form */
function edit(form) {
  const names = new Map(
    [...form.querySelectorAll('#konton option')].map(({ value, label }) => [value, label]),
  );
  const draft = `bokslut/${form.dataset.draft}`;
  let unsaved = 'unsaved' in form.dataset;
  if (location.search === '?sparat') dropDrafts();
  restore();

  form.addEventListener('input', ({ target }) => {
    unsaved = true;
    if (target.name.endsWith('.konto')) nameAccount(target);
    const voucher = target.closest('[data-voucher]');
    if (voucher) sum(voucher);
    keep();
  });
  form.addEventListener('submit', () => (unsaved = false));
  addEventListener('beforeunload', (event) => unsaved && event.preventDefault());

  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.closest('.rows')) return;
    event.preventDefault();
    const row = event.target.closest('tr');
    (row.nextElementSibling ?? addRow(row.closest('[data-voucher]'))).querySelector('input').focus();
  });
  addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value=spara]'));
  });

  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-do]');
    const voucher = button?.closest('[data-voucher]');
    if (button?.dataset.do === 'row') {
      event.preventDefault();
      addRow(voucher).querySelector('input').focus();
    }
    if (button?.dataset.do === 'remove') {
      event.preventDefault();
      voucher.remove();
      unsaved = true;
      keep();
    }
  });

  form.addEventListener('paste', (event) => {
    const pasted = event.clipboardData.getData('text/plain');
    const first = event.target.closest('.rows tbody tr');
    if (!first || !/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const at = [...first.querySelectorAll('input')].indexOf(event.target);
    let row = first;
    for (const line of pasted.replace(/\r?\n$/, '').split(/\r?\n/)) {
      row ??= addRow(first.closest('[data-voucher]'));
      const fields = [...row.querySelectorAll('input')].slice(at);
      line.split('\t').forEach((cell, index) => {
        if (fields[index]) fields[index].value = cell.trim();
      });
      nameAccount(row.querySelector('input'));
      row = row.nextElementSibling;
    }
    event.target.dispatchEvent(new Event('input', { bubbles: true }));
  });

  function nameAccount(field) {
    const label = names.get(field.value.trim()) ?? '';
    const span = field.closest('tr').querySelector('.account-name span');
    if (span) span.textContent = label.replace(field.value.trim(), '').trim();
  }

  /** What is typed is kept in this browser under the revision that it was made from, so that a reload loses nothing. */
  function keep() {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === 'string' && value !== '');
    sessionStorage.setItem(draft, JSON.stringify(fields));
  }

  function dropDrafts() {
    const [engagement] = form.dataset.draft.split('/');
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(`bokslut/${engagement}/`)) sessionStorage.removeItem(key);
    }
    history.replaceState(null, '', location.pathname);
  }

  function restore() {
    const kept = sessionStorage.getItem(draft);
    if (!kept || unsaved) return unsaved ? keep() : undefined;
    const offer = document.createElement('div');
    offer.className = 'notice warn';
    offer.setAttribute('role', 'status');
    offer.innerHTML =
      '<p><strong>Det finns osparade ändringar från förut.</strong></p><div class="actions"><button type="button" class="secondary">Ta fram dem</button><button type="button" class="quiet">Släng dem</button></div>';
    const [show, drop] = offer.querySelectorAll('button');
    show.addEventListener('click', () => resubmit(JSON.parse(kept)));
    drop.addEventListener('click', () => {
      sessionStorage.removeItem(draft);
      offer.remove();
    });
    form.before(offer);
  }

  /** The server makes the fields of what was kept, as it does of a form without script. */
  function resubmit(fields) {
    const carrier = document.createElement('form');
    carrier.method = 'post';
    carrier.action = form.action;
    for (const [name, value] of [...fields.filter(([key]) => key !== 'gor'), ['gor', 'ny']]) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      carrier.append(field);
    }
    document.body.append(carrier);
    unsaved = false;
    carrier.submit();
  }
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
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  rows.append(row);
  return row;
}

/** Whole öre by digits, never through a fraction. */
function ore(text) {
  const clean = text
    .replace(/[\s\u00a0\u202f]|kr$/g, '')
    .replace('−', '-')
    .replace(',', '.');
  const [, sign, whole, fraction = ''] = /^([+-]?)(\d+)(?:\.(\d{0,2})0*)?$/.exec(clean) ?? [];
  if (whole === undefined) return 0n;
  const amount = BigInt(whole + fraction.padEnd(2, '0'));
  return sign === '-' ? -amount : amount;
}

function kronor(amount) {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
  return `${amount < 0n ? '−' : ''}${whole},${digits.slice(-2)}`;
}

function sum(voucher) {
  const of = (side) =>
    [...voucher.querySelectorAll(`input[name$='.${side}']`)].reduce(
      (total, { value }) => total + ore(value),
      0n,
    );
  const debit = of('debet');
  const credit = of('kredit');
  voucher.querySelector('[data-sum=debet]').textContent = kronor(debit);
  voucher.querySelector('[data-sum=kredit]').textContent = kronor(credit);
  const pill = voucher.querySelector('[data-sum=differens] .pill');
  pill.hidden = debit === 0n && credit === 0n;
  pill.className = `pill ${debit === credit ? 'good' : 'bad'}`;
  pill.textContent = debit === credit ? 'Balanserar' : `Differens ${kronor(debit - credit)}`;
}
