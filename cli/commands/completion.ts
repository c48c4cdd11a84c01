import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';

const examples = `
Examples:
  rolevm completion bash >> ~/.bashrc
  rolevm completion zsh > "\${fpath[1]}/_rolevm"
  rolevm completion fish > ~/.config/fish/completions/rolevm.fish

Completes commands, flags, processes, states, and the instances of the deployment at hand.`;

export function define(command: Command, _cli: Cli): void {
  command
    .description('Prints a script that makes a shell complete rolevm.')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText('after', examples)
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell]);
    });
}

// Each asks `rolevm __complete WORD…`, the last word being the one that is typed: suggestions a line, or none for file names.
const scripts = {
  bash: `_rolevm() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(rolevm __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _rolevm rolevm
`,
  zsh: `#compdef rolevm
_rolevm() {
  local -a found
  found=("\${(@f)$(rolevm __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _rolevm rolevm
`,
  fish: `function __rolevm_complete
  set -l words (commandline -opc)
  rolevm __complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c rolevm -a '(__rolevm_complete)'
`,
} as const;
