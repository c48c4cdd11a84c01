import type { Command } from 'commander';
import { renderDiagnostics } from '../../model/render-diagnostics.ts';
import { type Cli, isJson, option, printJson, wantsColour } from '../cli.ts';
import { diagnosticPainter } from '../diagnostic-painter.ts';
import { exitCodes } from '../exit-codes.ts';
import { existingService } from '../find-service.ts';

const examples = `
Examples:
  rolevm validate tally
  rolevm validate tally --config Cloud
  rolevm validate build/Tally.cspkg --json

Findings name the file, line and column. An info says what rolevm reads but does not act on yet.
Ends with 0 for a valid service (warnings allowed), with 1 for an invalid one.`;

interface ValidateOptions {
  readonly config?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Checks a service: definition, configuration, the rules between them, and what its roles consist of.')
    .argument('<service>', 'service folder, .csx folder or .cspkg file')
    .addOption(option('--config <name|file>', 'Local, Cloud or a .cscfg file', 'ROLEVM_CONFIG'))
    .addHelpText('after', examples)
    .action(async (service: string, { config }: ValidateOptions) => {
      existingService(service);
      const { validateAny } = await import('../validate-any.ts');
      const diagnostics = await validateAny(service, config);
      const valid = diagnostics.every((found) => found.severity !== 'error');
      if (isJson(command)) printJson({ valid, diagnostics });
      else process.stdout.write(renderDiagnostics(diagnostics, diagnosticPainter(wantsColour(command))));
      if (!valid) cli.exitCode = exitCodes.failed;
    });
}
