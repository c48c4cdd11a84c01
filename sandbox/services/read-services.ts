import { UserError } from '../../contracts/diagnostic.ts';
import { type RegisteredService, registeredServices } from '../../contracts/vm-door.ts';
import { readDocument } from '../read-document.ts';

/** More than all services with the longest names and command lines take. */
const maxBytes = 8_000_000;

/**
 * The services that are registered on D: of a VM, in the order in which they were created.
 *
 * @param file host path of `D:\Windows\System32\config\services.json`
 * @throws UserError RV3301 when the document is there and is none
 */
export function readServices(file: string): readonly RegisteredService[] {
  try {
    const services = readDocument(file, registeredServices, maxBytes) ?? [];
    const names = new Set(services.map(({ name }) => name.toLowerCase()));
    if (names.size < services.length) throw new Error('A service stands in it twice.');
    return services;
  } catch (error) {
    throw new UserError(
      'RV3301',
      `The register of services ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Only rolevm writes it; delete it, and create the services again.',
    );
  }
}
