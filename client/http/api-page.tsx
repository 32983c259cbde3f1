import type { Child } from 'hono/jsx';
import { icon, styleSheet } from '../web/assets.ts';

/** What of an OpenAPI document the page shows. */
interface ApiDocument {
  readonly info: { readonly description?: string };
  readonly tags?: readonly { readonly name: string }[];
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

const methods = ['get', 'post', 'put', 'delete'] as const;

interface Row extends Operation {
  readonly method: string;
  readonly path: string;
}

/** The API to read in a browser: every address with what it takes and answers. Nothing is loaded from elsewhere. */
export function apiPage({ info, tags = [], paths = {}, components = {} }: ApiDocument) {
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method): Row[] => {
      const operation = (item as Partial<Record<string, Operation>>)[method];
      return operation ? [{ ...operation, method: method.toUpperCase(), path }] : [];
    }),
  );
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>HTTP API · Bokslut</title>
        <link rel="icon" type="image/svg+xml" href={icon.path} />
        <link rel="stylesheet" href={styleSheet.path} />
      </head>
      <body>
        <main>
          <h1>HTTP API</h1>
          <p>{info.description}</p>
          <p>
            The same as <a href="/api/openapi.json">OpenAPI 3.1</a>, to generate a client from. Send{' '}
            <code>Authorization: Bearer bok_…</code>, and an <code>Idempotency-Key</code> with what creates.
            Errors are <a href="#Problem">problem+json</a> with a stable <code>code</code>.
          </p>
          <ul>
            {tags.map(({ name }) => (
              <li>
                <a href={`#${anchor(name)}`}>{name}</a>
              </li>
            ))}
            <li>
              <a href="#schemas">Schemas</a>
            </li>
          </ul>
          {tags.map(({ name }) => (
            <section aria-labelledby={anchor(name)}>
              <h2 id={anchor(name)}>{name}</h2>
              {rows.filter((row) => row.tags?.includes(name)).map(operationOf)}
            </section>
          ))}
          <section aria-labelledby="schemas">
            <h2 id="schemas">Schemas</h2>
            {Object.entries(components.schemas ?? {}).map(([name, schema]) => (
              <details>
                <summary>
                  <code>{name}</code>
                </summary>
                <div id={name}>{typeOf(schema as Schema)}</div>
              </details>
            ))}
          </section>
        </main>
      </body>
    </html>
  );
}

const anchor = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

function operationOf({ method, path, operationId, summary, parameters, requestBody, responses }: Row) {
  return (
    <details>
      <summary>
        <code>
          {method} /api{path}
        </code>{' '}
        {summary}
      </summary>
      <table id={operationId}>
        <tbody>
          {parameters?.map(({ name, in: place, required, description, schema }) => (
            <tr>
              <th scope="row">
                {name} <small>{required ? place : `${place}, optional`}</small>
              </th>
              <td>
                {schema && typeOf(schema)} {description}
              </td>
            </tr>
          ))}
          {requestBody && (
            <tr>
              <th scope="row">body</th>
              <td>{contentOf(requestBody.content)}</td>
            </tr>
          )}
          {Object.entries(responses).map(([status, { description, content = {} }]) => (
            <tr>
              <th scope="row">{status === 'default' ? 'else' : status}</th>
              <td>
                {description} {contentOf(content)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const contentOf = (content: Content) =>
  Object.entries(content).map(([type, { schema }]) => (
    <div>
      <code>{type}</code> {schema && typeOf(schema)}
    </div>
  ));

/** A schema as its reader needs it: a name with a link, or its fields. */
function typeOf(schema: Schema): Child {
  const { $ref, anyOf, items, properties, required = [], additionalProperties } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return <a href={`#${name}`}>{name}</a>;
  }
  if (anyOf) return anyOf.map((one, index) => [index > 0 && ' or ', typeOf(one)]);
  if (items) return ['list of ', typeOf(items)];
  if (properties) {
    return (
      <ul>
        {Object.entries(properties).map(([name, field]) => (
          <li>
            <code>{required.includes(name) ? name : `${name}?`}</code> {typeOf(field)}{' '}
            {field.description && <small>{field.description}</small>}
          </li>
        ))}
      </ul>
    );
  }
  if (typeof additionalProperties === 'object') return ['by name: ', typeOf(additionalProperties)];
  if (schema.enum) return schema.enum.map(String).join(' | ');
  return [schema.type ?? 'anything'].flat().join(' or ') + (schema.format ? ` (${schema.format})` : '');
}
