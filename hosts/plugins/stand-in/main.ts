import { liveOn, openPluginProcess, say } from '../plugin-process.ts';

/*
 * In the place of a plug-in's program whose work has no counterpart here: it says so and is done; one that Azure leaves running in
 * the background stays as well. A foreground task that stayed would hold up every stop of the role.
 */
const { name, taskType } = openPluginProcess();
const module = process.env['RdModuleName'] ?? '';
say(
  module.toLowerCase() === 'remoteforwarder'
    ? `${name}: nothing to install. rolevm rdp reaches each instance by itself.`
    : `${name} of plug-in ${module} stands in for Azure's program and does nothing.`,
);
if (taskType === 'background') liveOn();
