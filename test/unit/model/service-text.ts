import { type ReadServiceModel, readServiceModel } from '../../../model/read-service-model.ts';

const definitionNamespace = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition';
const configurationNamespace = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration';

/** Stands in a text before the place where a finding is expected. */
export const marker = '▸';

export function definition(content: string, attributes = 'name="Tally"'): string {
  return `<ServiceDefinition ${attributes} xmlns="${definitionNamespace}">\n${content}\n</ServiceDefinition>`;
}

export function configuration(content: string, attributes = 'serviceName="Tally"'): string {
  return `<ServiceConfiguration ${attributes} xmlns="${configurationNamespace}">\n${content}\n</ServiceConfiguration>`;
}

/** A worker role `Counter` with this inside. */
export function worker(content: string): string {
  return definition(`<WorkerRole name="Counter">\n${content}\n</WorkerRole>`);
}

/** A web role `Shop` with this inside. */
export function web(content: string): string {
  return definition(`<WebRole name="Shop">\n${content}\n</WebRole>`);
}

/** A configuration with one instance for each of these roles. */
export function instancesOf(...roles: string[]): string {
  return configuration(roles.map((role) => `<Role name="${role}"><Instances count="1" /></Role>`).join('\n'));
}

export function readTexts(csdef: string, cscfg: string): ReadServiceModel {
  return readServiceModel({
    definitionFile: { name: 'a.csdef', bytes: Buffer.from(csdef) },
    configurationFile: { name: 'a.cscfg', bytes: Buffer.from(cscfg) },
  });
}

/** The text without its marker, and line and column where that stood. */
export function takeMarker(text: string): { readonly text: string; readonly place: string | undefined } {
  const index = text.indexOf(marker);
  if (index < 0) return { text, place: undefined };
  const before = text.slice(0, index).split('\n');
  return { text: text.replace(marker, ''), place: `${before.length}:${(before.at(-1) ?? '').length + 1}` };
}
