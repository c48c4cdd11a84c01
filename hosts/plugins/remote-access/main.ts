import { scaledClock } from '../../../kernel/clock.ts';
import { remoteAccessOf } from '../../../model/modules/remote-access-settings.ts';
import { blockStartup } from '../block-startup.ts';
import { tellInitialized } from '../initialized.ts';
import { liveOn, openPluginProcess, say } from '../plugin-process.ts';

/*
 * RemoteAccessAgent: makes the account of its settings. Here an account is a right that rolevm rdp looks for in the same settings, so
 * this agent says what they come to, and when the account expires. Settings that give no account do not keep the role from starting.
 */
const agent = openPluginProcess();

if (agent.blocksStartup) void blockStartup(agent);
else initialize();

function initialize(): void {
  const access = remoteAccessOf(agent.vm.settings, Date.now());
  const text = access.allowed
    ? `Account ${access.userName} may sign in until ${access.expires.toISOString()}.`
    : `No account: ${access.reason}. ${access.mend}`;
  say(text);
  tellInitialized(agent, { failed: false, text: 'RemoteAccessAgent has initialised.' });
  liveOn();
  if (!access.allowed) return;
  // Accounts expire by the calendar, which no speed changes.
  scaledClock(1).setTimeout(() => say(`Account ${access.userName} has expired.`), access.expires.getTime() - Date.now());
}
