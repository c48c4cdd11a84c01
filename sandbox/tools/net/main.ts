import { runTool } from '../run-tool.ts';
import { net } from './net.ts';

void runTool('net', net);
