import { runTool } from '../run-tool.ts';
import { sc } from './sc.ts';

void runTool('sc', sc);
