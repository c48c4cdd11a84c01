import { runTool } from '../run-tool.ts';
import { shutdown } from './shutdown.ts';

void runTool('shutdown', shutdown);
