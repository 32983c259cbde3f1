/* What script adds to pages that work without it: they follow what happens, and say when the server is away. */

const shutMs = 3_000;
const bar = document.querySelector('.offline');
const { livePath, liveVersion } = document.body.dataset;
let shown = liveVersion;
let wanted = liveVersion;
let reading = false;
if (livePath) follow();

/** Hears of changes; a browser mends a connection that was cut by itself, but not one that was refused. */
function follow() {
  const events = new EventSource(livePath);
  events.addEventListener('open', () => tell(''));
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(() => void mend(), shutMs);
    if (bar.hidden) tell('Anslutningen till servern är bruten. Försöker igen …');
  });
  events.addEventListener('version', ({ data }) => {
    wanted = data;
    void refresh();
  });
  // Else the browser holds the page's connection while it goes to the next.
  addEventListener('pagehide', () => events.close(), { once: true });
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}

async function mend() {
  try {
    const { type } = await fetch(location.href, { redirect: 'manual' });
    if (type !== 'opaqueredirect') return follow();
    tell('Du är utloggad. Det som är skrivet ligger kvar i den här webbläsaren. ');
    const login = Object.assign(document.createElement('a'), { href: '/logga-in', textContent: 'Logga in' });
    bar.append(login);
  } catch {
    setTimeout(() => void mend(), shutMs);
  }
}

function tell(text) {
  bar.textContent = text;
  bar.hidden = text === '';
}

/** Reads the page again and puts the parts marked `data-live` in place of the old ones. */
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
      if (now && now.outerHTML !== part.outerHTML && !isTyping(part)) replace(part, now);
    }
    shown = aimed;
    document.dispatchEvent(new CustomEvent('bokslut:live'));
  } catch {
    tell('Anslutningen till servern är bruten. Försöker igen …');
  } finally {
    reading = false;
  }
  if (wanted !== aimed) void refresh();
}

/** What was unfolded stays so, and the keyboard stays where it was. */
function replace(part, now) {
  const unfolded = [...part.querySelectorAll('details')].map(({ open }) => open);
  now.querySelectorAll('details').forEach((one, at) => (one.open ||= unfolded[at] ?? false));
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const at = [...part.querySelectorAll('a, button, summary')].indexOf(focused);
  part.replaceWith(now);
  if (focused) now.querySelectorAll('a, button, summary')[at]?.focus();
}

const isTyping = (part) =>
  part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
