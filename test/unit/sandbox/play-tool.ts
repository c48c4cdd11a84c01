import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ServiceControlManager } from '../../../agents/vm/service-control-manager.ts';
import { systemShutdown } from '../../../agents/vm/system-shutdown.ts';
import type { DoorRequest, RegisteredService, ShutdownRequest } from '../../../contracts/vm-door.ts';
import { openServiceRegister } from '../../../sandbox/services/service-register.ts';
import type { ToolSurroundings } from '../../../sandbox/tools/run-tool.ts';
import { playServices } from '../agents/play-services.ts';

type Tool = (words: readonly string[], surroundings: ToolSurroundings) => Promise<number>;

/** A VM with these services, and a tool in it: the machine is the real one, the programs of the services are played. */
export function playTool(tool: Tool, services: readonly RegisteredService[] = []) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-tool-'));
  const file = path.join(folder, 'services.json');
  fs.writeFileSync(file, JSON.stringify(services));
  const played = playServices();
  const fault = (error: unknown) => {
    throw error;
  };
  const register = openServiceRegister(file, fault);
  fs.rmSync(folder, { recursive: true });
  const asked = { isLimited: false, isOff: false };
  const isLimited = () => asked.isLimited;
  const tells = { installed: () => {}, startChanged: () => {}, dependencyFailed: () => {} };
  const manager = new ServiceControlManager({ register, running: played.running, isLimited, tells, fault });
  const notices: string[] = [];
  const windows = systemShutdown({
    clock: played.clock,
    isLimited,
    notice: (text) => notices.push(text),
    due: () => notices.push('due'),
  });
  const answer = async (request: DoorRequest) =>
    request.type.startsWith('shutdown.')
      ? windows.answer(request as ShutdownRequest)
      : manager.answer(request as Exclude<DoorRequest, ShutdownRequest>);
  return {
    ...played,
    asked,
    notices,
    state: (name: string) => played.running.condition(name).state,
    /** @param input what is typed, line by line */
    run: async (words: readonly string[], input: readonly string[] = []) => {
      const said = { out: '', err: '', notes: [] as string[] };
      const lines = [...input];
      const code = await tool(words, {
        ask: async (question) => {
          if (asked.isOff) throw new Error('The VM does not run.');
          return answer({ ...question, asker: 1 } as DoorRequest);
        },
        print: (text) => {
          said.out += text;
        },
        printError: (text) => {
          said.err += text;
        },
        note: (text) => said.notes.push(text),
        readLine: async () => lines.shift(),
      });
      return { code, ...said };
    },
  };
}
