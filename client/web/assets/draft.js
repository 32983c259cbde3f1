/*
 * Keeps what is typed in a form in this browser until it is saved, so that a reload, a closed window or a lost connection
 * loses nothing. Each person's drafts are kept apart, and forgotten after a month.
 */

const mine = `bokslut/${document.body.dataset.who ?? ''}/`;
const keptMs = 30 * 86_400_000;
const restMs = 300;

for (const key of draftKeys('bokslut/')) {
  if (Date.now() - (read(key)?.at ?? 0) > keptMs) localStorage.removeItem(key);
}

/**
 * @param {HTMLFormElement} form with `data-draft` that names what is edited, and `data-unsaved` when the server has sent
 * back more than what is saved
 * @param {string} again the value of the button `gor` that has the server show the fields again
 * @returns {() => void} to call when something is typed
 */
export function keepDraft(form, again) {
  const key = mine + form.dataset.draft;
  let unsaved = 'unsaved' in form.dataset;
  let reached = false;
  let rest;
  if (unsaved) keep();
  else offer();
  form.addEventListener('input', typed);
  form.addEventListener('submit', (event) => {
    keep();
    if (reached) return (unsaved = false);
    event.preventDefault();
    void submitWhenReached(event.submitter);
  });
  addEventListener('beforeunload', (event) => unsaved && event.preventDefault());
  addEventListener('pagehide', () => unsaved && keep());
  return typed;

  function typed() {
    unsaved = true;
    clearTimeout(rest);
    rest = setTimeout(keep, restMs);
  }

  function keep() {
    clearTimeout(rest);
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === 'string' && value !== '');
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
  }

  /** A form that is sent to a server that is away would leave the page, and what is typed with it. */
  async function submitWhenReached(submitter) {
    try {
      await fetch('/healthz', { cache: 'no-store' });
      reached = true;
      form.querySelector('.unreached')?.remove();
      form.requestSubmit(submitter);
    } catch {
      if (form.querySelector('.unreached')) return;
      const notice = noticeOf(
        'Servern nås inte just nu, så inget är sparat. Det som är skrivet ligger kvar i den här webbläsaren: försök igen när anslutningen är tillbaka.',
      );
      notice.classList.add('unreached');
      notice.setAttribute('role', 'alert');
      form.prepend(notice);
    }
  }

  function offer() {
    const kept = read(key);
    if (!kept) return;
    const notice = noticeOf('Det finns osparade ändringar från förut.');
    const buttons = document.createElement('div');
    buttons.className = 'actions';
    buttons.innerHTML =
      '<button type="button" class="secondary">Ta fram dem</button><button type="button" class="quiet">Släng dem</button>';
    const [show, drop] = buttons.children;
    show.addEventListener('click', () => resubmit(kept.fields));
    drop.addEventListener('click', () => {
      localStorage.removeItem(key);
      notice.remove();
    });
    notice.append(buttons);
    form.before(notice);
  }

  /** The server makes the fields of what was kept, as it does of a form without script. */
  function resubmit(fields) {
    const carrier = document.createElement('form');
    carrier.method = 'post';
    carrier.action = form.action;
    carrier.enctype = form.enctype;
    for (const [name, value] of [...fields.filter(([field]) => field !== 'gor'), ['gor', again]]) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      carrier.append(field);
    }
    document.body.append(carrier);
    carrier.submit();
  }
}

/** Forgets this person's drafts whose names begin so: they are saved. */
export function dropDrafts(start) {
  for (const key of draftKeys(mine + start)) localStorage.removeItem(key);
}

function draftKeys(start) {
  return Object.keys(localStorage).filter((key) => key.startsWith(start));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function noticeOf(text) {
  const notice = document.createElement('div');
  notice.className = 'notice warn';
  notice.setAttribute('role', 'status');
  const line = document.createElement('p');
  line.append(Object.assign(document.createElement('strong'), { textContent: text }));
  notice.append(line);
  return notice;
}
