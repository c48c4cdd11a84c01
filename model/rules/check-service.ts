import type { PluginModule, ServiceDefinition } from '../../contracts/service-model.ts';
import type { DiagnosticList } from '../diagnostic-list.ts';
import { builtInModuleNames } from '../modules/built-in-modules.ts';
import type { ModuleFinder } from '../modules/find-module.ts';
import { nearestName } from '../nearest-name.ts';
import { quote } from '../quote.ts';
import { checkConfiguration } from './check-configuration.ts';
import { checkEndpoints } from './check-endpoints.ts';
import { checkNames } from './check-names.ts';
import { checkNetwork } from './check-network.ts';
import { checkReferences } from './check-references.ts';
import { checkRoles } from './check-roles.ts';
import { checkSites } from './check-sites.ts';
import { mergeDeclarations } from './merge-declarations.ts';
import { type DefinitionContext, placeOf, type ServiceContext } from './rule-context.ts';

/** Every rule that looks at the definition alone. */
export function checkDefinition(context: DefinitionContext): void {
  checkNames(context);
  checkRoles(context);
  checkEndpoints(context);
  checkReferences(context);
  checkSites(context);
}

/** Every rule that looks at definition and configuration together. */
export function checkTogether(context: ServiceContext): void {
  checkConfiguration(context);
  checkNetwork(context);
}

/** Finds the modules of each role and puts role and modules together; an unknown module is a warning. */
export function resolveDeclarations(
  definition: ServiceDefinition,
  findModule: ModuleFinder,
  findings: DiagnosticList,
): DefinitionContext['declarations'] {
  return new Map(
    definition.roles.map((role) => {
      const modules = role.imports.map((one): PluginModule | undefined => {
        const errors = findings.errorCount;
        const module = findModule(one.moduleName);
        if (module !== undefined || findings.errorCount > errors) return module;
        const mend = () => {
          const near = nearestName(one.moduleName, builtInModuleNames);
          return near === undefined ? 'Put its .csplugin into plugins/<Module>/ beside the service definition.' : `Did you mean ${near}?`;
        };
        const place = placeOf(definition.file, one, 'Import/@moduleName', mend);
        findings.warning('RV1252', `Module ${quote(one.moduleName)} is not known, so what it declares is missing.`, place);
        return undefined;
      });
      return [role, mergeDeclarations(role, modules)];
    }),
  );
}
