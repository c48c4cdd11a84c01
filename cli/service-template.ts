/** The files of a small working service, by their path below its folder. */
export function serviceTemplate(serviceName: string): Readonly<Record<string, string>> {
  return {
    'ServiceDefinition.csdef': definition(serviceName),
    'ServiceConfiguration.Local.cscfg': configuration(serviceName, 1, 'hello from here'),
    'ServiceConfiguration.Cloud.cscfg': configuration(serviceName, 2, 'hello from the cloud'),
    'Worker/Worker.dll': roleModule('1'),
    'Worker/prepare.js': startupTask,
    'patches/Worker/Worker.dll': roleModule('2'),
    'rolevm.json': settings,
    '.gitignore': '.rolevm/\n',
  };
}

const namespaceBase = 'http://schemas.microsoft.com/ServiceHosting/2008/10';

function definition(name: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<ServiceDefinition name="${name}" xmlns="${namespaceBase}/ServiceDefinition" schemaVersion="2015-04.2.6">
  <WorkerRole name="Worker" vmsize="Small">
    <Startup>
      <!-- The role does not start before this has ended with exit code 0. It runs again at every recycle. -->
      <Task commandLine="prepare.js" executionContext="limited" taskType="simple">
        <Environment>
          <Variable name="CACHE">
            <RoleInstanceValue xpath="/RoleEnvironment/CurrentInstance/LocalResources/LocalResource[@name='Cache']/@path" />
          </Variable>
        </Environment>
      </Task>
    </Startup>
    <Runtime executionContext="limited">
      <Environment>
        <Variable name="GREETING">
          <RoleInstanceValue xpath="/RoleEnvironment/CurrentInstance/ConfigurationSettings/ConfigurationSetting[@name='Greeting']/@value" />
        </Variable>
      </Environment>
      <EntryPoint>
        <NetFxEntryPoint assemblyName="Worker.dll" targetFrameworkVersion="v4.0" />
      </EntryPoint>
    </Runtime>
    <ConfigurationSettings>
      <Setting name="Greeting" />
    </ConfigurationSettings>
    <LocalResources>
      <LocalStorage name="Cache" sizeInMB="64" cleanOnRoleRecycle="false" />
    </LocalResources>
  </WorkerRole>
</ServiceDefinition>
`;
}

function configuration(name: string, instances: number, greeting: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<ServiceConfiguration serviceName="${name}" osFamily="6" osVersion="*" schemaVersion="2015-04.2.6" xmlns="${namespaceBase}/ServiceConfiguration">
  <Role name="Worker">
    <Instances count="${instances}" />
    <ConfigurationSettings>
      <Setting name="Greeting" value="${greeting}" />
    </ConfigurationSettings>
  </Role>
</ServiceConfiguration>
`;
}

function roleModule(version: string): string {
  return `// The role's code: a JavaScript module under the name of the DLL that Azure would load.
const { RoleEntryPoint } = require('rolevm/runtime');

const version = '${version}';

module.exports = class Worker extends RoleEntryPoint {
  onStart() {
    this.say('OnStart');
    return true;
  }

  async run() {
    for (;;) {
      this.say(process.env.GREETING);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
  }

  onStop() {
    this.say('OnStop');
  }

  say(what) {
    console.log(\`version \${version}, \${process.env.RoleInstanceID}: \${what}\`);
  }
};
`;
}

const startupTask = `// A startup task, written so that it may run again: it looks whether its work is done already.
const fs = require('node:fs');
const path = require('node:path');

const marker = path.join(process.env.CACHE, 'prepared.txt');
if (fs.existsSync(marker)) {
  console.log('already prepared');
} else {
  fs.writeFileSync(marker, new Date().toISOString());
  console.log('prepared');
}
`;

const settings = `{
  "timings": {
    "lostBootstrapperRestartMs": 20000
  }
}
`;
