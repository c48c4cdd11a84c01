import { runTool } from '../run-tool.ts';
import { iisreset } from './iisreset.ts';

void runTool('iisreset', iisreset);
