import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { localFolder } from '../../dev/local-folder.ts';
import { renderings } from '../parts/renderings.ts';

/*
 * `npm run pdfa [-- FILE.pdf …]`: has veraPDF, the reference validator of PDF/A, judge a document of every kind, or the
 * files named. Needs Java and Maven, which fetches the validator; so it is no part of the tests, which look at what
 * makes a PDF/A themselves (test/pure/documents-pdf.test.ts).
 */
const run = promisify(execFile);
const version = '1.28.2';
const folder = path.join(localFolder, 'pdfa');
mkdirSync(folder, { recursive: true });

const named = process.argv.slice(2).map((file) => path.resolve(file));
const files = named.length > 0 ? named : await renderAll();
writeFileSync(
  path.join(folder, 'pom.xml'),
  `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>bokslut.pdfa</groupId><artifactId>validator</artifactId><version>0</version>
  <dependencies><dependency>
    <groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>\n`,
);
await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder });
const validator = [
  '-cp',
  'lib/*',
  'org.verapdf.apps.GreenfieldCliWrapper',
  '--flavour',
  '2b',
  '--format',
  'text',
];
const { stdout } = await run('java', [...validator, ...files], { cwd: folder }).catch(
  // It fails when a file is no PDF/A, and says so.
  (error: { readonly stdout?: string; readonly stderr?: string }) => ({
    stdout: `${error.stdout ?? ''}${error.stderr ?? ''}`,
  }),
);
process.stdout.write(stdout);
const passed = stdout.split('\n').filter((line) => line.startsWith('PASS ')).length;
console.log(`${passed} of ${files.length} are PDF/A-2b (veraPDF ${version})`);
process.exitCode = passed === files.length ? 0 : 1;

async function renderAll(): Promise<string[]> {
  const made: string[] = [];
  for (const [name, render] of renderings) {
    const file = path.join(folder, `${name}.pdf`);
    writeFileSync(file, await render());
    made.push(file);
  }
  return made;
}
