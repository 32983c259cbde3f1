import { escapeHtml, html, type HttpReply } from '../http.ts';
import type { World } from '../world.ts';
import { scopes as scopeNames } from './scopes.ts';

/** The login and consent page: a plain form that works without script. */
export function consentPage(world: World, parameters: Record<string, string>): HttpReply {
  const hidden = Object.entries(parameters)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('\n');
  const companies = [...world.companies.values()]
    .map(
      (books, index) =>
        `<label><input type="radio" name="company" value="${books.databaseNumber}"${index === 0 ? ' checked' : ''}> ` +
        `${escapeHtml(books.name)} (${escapeHtml(books.organisationNumber)}, databas ${books.databaseNumber})</label>`,
    )
    .join('\n');
  const asked = (parameters['scope'] ?? '')
    .split(' ')
    .map((scope) => `<li>${escapeHtml(scopeNames[scope] ?? scope)}</li>`)
    .join('');
  return page(
    'Logga in och godkänn',
    `<form method="post" action="/oauth-v1/auth">
${hidden}
<fieldset><legend>Logga in</legend>
<label>E-post <input type="email" name="user" value="anna.exempel@example.com" autocomplete="off"></label>
<label>Lösenord <input type="password" name="password" value="sandlåda" autocomplete="off"></label>
</fieldset>
<fieldset><legend>Välj företag</legend>
${companies}
</fieldset>
<p>Integrationen får läsa och skriva:</p>
<ul>${asked}</ul>
<button type="submit" name="decision" value="approve">Godkänn</button>
<button type="submit" name="decision" value="deny">Neka</button>
</form>`,
  );
}

/** What the person sees when the request cannot be sent back to the integration. */
export function consentError(message: string): HttpReply {
  return { ...page('Något gick fel', `<p>${escapeHtml(message)}</p>`), status: 400 };
}

function page(title: string, content: string): HttpReply {
  return html(
    200,
    `<!DOCTYPE html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Fortnox (sandlåda)</title>
<style>body{font:1rem/1.5 sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}label{display:block;margin:.4rem 0}
fieldset{border:1px solid #bbb;margin:1rem 0}button{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem}</style></head>
<body><h1>${title}</h1><p>Det här är en lokal sandlåda, inte Fortnox.</p>
${content}
</body></html>`,
  );
}
