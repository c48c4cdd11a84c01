import type { DiagnosticCode } from '../../../model/diagnostic-codes.ts';
import { configuration, definition, instancesOf, web, worker } from './service-text.ts';

/** One broken service per rule; ▸ stands where the finding must point. */
export interface BrokenService {
  readonly rule: string;
  readonly code: DiagnosticCode;
  readonly csdef: string;
  readonly cscfg: string;
}

const counter = instancesOf('Counter');
const shop = instancesOf('Shop');
const two = (first: string, second: string) =>
  definition(`<WorkerRole name="A">${first}</WorkerRole>\n<WorkerRole name="B">${second}</WorkerRole>`);
const endpoint = (port: string, rest = '') => `<Endpoints><InputEndpoint name="In" protocol="tcp" port="${port}" ${rest}/></Endpoints>`;
const counterWith = (content: string, count = '1') => configuration(`<Role name="Counter"><Instances count="${count}" />${content}</Role>`);
const certificate = '<Certificates><Certificate name="Front" storeLocation="LocalMachine" storeName="My" /></Certificates>';
const thumbprint = (value: string) =>
  counterWith(`<Certificates><Certificate name="Front" ${value} thumbprintAlgorithm="sha1" /></Certificates>`);

const schema: readonly BrokenService[] = [
  { rule: 'another root element is refused', code: 'RV1101', csdef: '▸<Service />', cscfg: counter },
  {
    rule: 'the root needs its namespace',
    code: 'RV1102',
    csdef: '▸<ServiceDefinition name="Tally"><WorkerRole name="Counter" /></ServiceDefinition>',
    cscfg: counter,
  },
  {
    rule: 'an unknown element is refused',
    code: 'RV1103',
    csdef: worker('<Startup><Task commandLine="a.exe" />\n  ▸<Taks commandLine="b.exe" /></Startup>'),
    cscfg: counter,
  },
  { rule: 'an element outside its container is refused', code: 'RV1103', csdef: worker('  ▸<Setting name="A" />'), cscfg: counter },
  { rule: 'sites belong to web roles', code: 'RV1103', csdef: worker('▸<Sites />'), cscfg: counter },
  {
    rule: 'a program as entry point belongs to worker roles',
    code: 'RV1103',
    csdef: web('<Runtime><EntryPoint>▸<ProgramEntryPoint commandLine="a" /></EntryPoint></Runtime>'),
    cscfg: shop,
  },
  {
    rule: 'an unknown attribute is refused',
    code: 'RV1104',
    csdef: worker('<Startup><Task commandLine="a.exe"\n   ▸tasktype="simple" /></Startup>'),
    cscfg: counter,
  },
  { rule: 'a container has no attributes', code: 'RV1104', csdef: worker('<Endpoints ▸name="x" />'), cscfg: counter },
  { rule: 'a required attribute may not be missing', code: 'RV1105', csdef: worker('<Startup>▸<Task /></Startup>'), cscfg: counter },
  {
    rule: 'a port is a number up to 65535',
    code: 'RV1106',
    csdef: worker('<Endpoints><InputEndpoint name="In" protocol="tcp" ▸port="65536" /></Endpoints>'),
    cscfg: counter,
  },
  {
    rule: 'a value is one of the schema’s',
    code: 'RV1106',
    csdef: worker('<Startup><Task commandLine="a.exe" ▸taskType="Simple" /></Startup>'),
    cscfg: counter,
  },
  {
    rule: 'a flag is true or false',
    code: 'RV1106',
    csdef: worker('<LocalResources><LocalStorage name="S" sizeInMB="1" ▸cleanOnRoleRecycle="constructor" /></LocalResources>'),
    cscfg: counter,
  },
  {
    rule: 'there is at least one instance',
    code: 'RV1106',
    csdef: worker(''),
    cscfg: configuration('<Role name="Counter"><Instances ▸count="0" /></Role>'),
  },
  {
    rule: 'a thumbprint has 40 digits and nothing else',
    code: 'RV1106',
    csdef: worker(certificate),
    cscfg: thumbprint('▸thumbprint="\u200e00112233445566778899AABBCCDDEEFF00112233"'),
  },
  { rule: 'instances are needed', code: 'RV1107', csdef: worker(''), cscfg: configuration('▸<Role name="Counter" />') },
  { rule: 'a site needs a binding', code: 'RV1107', csdef: web('<Sites>▸<Site name="Web"><Bindings /></Site></Sites>'), cscfg: shop },
  { rule: 'an EntryPoint holds one', code: 'RV1107', csdef: worker('<Runtime>▸<EntryPoint /></Runtime>'), cscfg: counter },
  { rule: 'containers stand once', code: 'RV1108', csdef: worker('<Endpoints />\n▸<Endpoints />'), cscfg: counter },
  {
    rule: 'a role has one entry point',
    code: 'RV1108',
    csdef: worker(
      '<Runtime><EntryPoint><NetFxEntryPoint assemblyName="a.dll" />▸<ProgramEntryPoint commandLine="a" /></EntryPoint></Runtime>',
    ),
    cscfg: counter,
  },
  {
    rule: 'there is no text between elements',
    code: 'RV1109',
    csdef: worker('<Startup>\n  <!-- fine -->\n  ▸not &amp; fine <Task commandLine="a.exe" /></Startup>'),
    cscfg: counter,
  },
  {
    rule: 'elements of other namespaces are ignored aloud',
    code: 'RV1110',
    csdef: worker('▸<x:Note xmlns:x="urn:x"><x:Deep /></x:Note>'),
    cscfg: counter,
  },
  {
    rule: 'attributes of other namespaces are ignored aloud',
    code: 'RV1110',
    csdef: worker('<Startup xmlns:x="urn:x" ▸x:note="y" />'),
    cscfg: counter,
  },
];

const insideDefinition: readonly BrokenService[] = [
  { rule: 'a service has a role', code: 'RV1201', csdef: `▸${definition('')}`, cscfg: counter },
  {
    rule: 'a service has 25 roles at most',
    code: 'RV1202',
    csdef: definition(Array.from({ length: 26 }, (_, i) => `${i === 25 ? '▸' : ''}<WorkerRole name="R${i}" />`).join('\n')),
    cscfg: instancesOf(...Array.from({ length: 26 }, (_, i) => `R${i}`)),
  },
  {
    rule: 'roles differ in more than case',
    code: 'RV1203',
    csdef: definition('<WorkerRole name="Counter" />\n<WebRole ▸name="counter" />'),
    cscfg: instancesOf('Counter', 'counter'),
  },
  {
    rule: 'settings are declared once',
    code: 'RV1203',
    csdef: worker('<ConfigurationSettings><Setting name="A" /><Setting ▸name="A" /></ConfigurationSettings>'),
    cscfg: counterWith('<ConfigurationSettings><Setting name="A" value="" /></ConfigurationSettings>'),
  },
  {
    rule: 'endpoints of all kinds have different names',
    code: 'RV1203',
    csdef: worker(
      '<Endpoints><InternalEndpoint name="E" protocol="tcp" />\n▸<InputEndpoint name="E" protocol="tcp" port="1" /></Endpoints>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a setting is configured once',
    code: 'RV1203',
    csdef: worker('<ConfigurationSettings><Setting name="A" /></ConfigurationSettings>'),
    cscfg: counterWith('<ConfigurationSettings><Setting name="A" value="1" /><Setting ▸name="A" value="2" /></ConfigurationSettings>'),
  },
  {
    rule: 'a role’s name cannot lead elsewhere',
    code: 'RV1204',
    csdef: definition('<WorkerRole ▸name="..\\up" />'),
    cscfg: instancesOf('..\\up'),
  },
  {
    rule: 'a store’s name is no device',
    code: 'RV1204',
    csdef: worker('<LocalResources><LocalStorage ▸name="nul" sizeInMB="1" /></LocalResources>'),
    cscfg: counter,
  },
  {
    rule: 'a binding names an endpoint',
    code: 'RV1205',
    csdef: web('<Sites><Site name="Web"><Bindings><Binding name="B" ▸endpointName="In" /></Bindings></Site></Sites>'),
    cscfg: shop,
  },
  { rule: 'an endpoint’s probe exists', code: 'RV1205', csdef: worker(endpoint('80', '▸loadBalancerProbe="P" ')), cscfg: counter },
  { rule: 'an endpoint’s certificate exists', code: 'RV1205', csdef: worker(endpoint('80', '▸certificate="Fromt" ')), cscfg: counter },
  {
    rule: 'a traffic rule names an internal endpoint',
    code: 'RV1205',
    csdef: definition(
      '<WorkerRole name="Counter" /><NetworkTrafficRules><OnlyAllowTrafficTo><Destinations><RoleEndpoint roleName="Counter" ▸endpointName="E" /></Destinations><AllowAllTraffic /></OnlyAllowTrafficTo></NetworkTrafficRules>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a traffic rule’s source is a role',
    code: 'RV1205',
    csdef: definition(
      '<WorkerRole name="Counter"><Endpoints><InternalEndpoint name="E" protocol="tcp" /></Endpoints></WorkerRole><NetworkTrafficRules><OnlyAllowTrafficTo><Destinations><RoleEndpoint roleName="Counter" endpointName="E" /></Destinations><WhenSource matches="AnyRule"><FromRole ▸roleName="Count" /></WhenSource></OnlyAllowTrafficTo></NetworkTrafficRules>',
    ),
    cscfg: counter,
  },
  {
    rule: 'an endpoint’s access list belongs to a role',
    code: 'RV1205',
    csdef: worker(endpoint('80')),
    cscfg: configuration(
      '<Role name="Counter"><Instances count="1" /></Role><NetworkConfiguration><AccessControls><AccessControl name="L" /></AccessControls><EndpointAcls><EndpointAcl role="Counter" ▸endpoint="Inn" accessControl="L" /></EndpointAcls></NetworkConfiguration>',
    ),
  },
  {
    rule: 'a load balancer is one of the configured',
    code: 'RV1205',
    csdef: worker(endpoint('80', '▸loadBalancer="B" ')),
    cscfg: configuration(
      '<Role name="Counter"><Instances count="1" /></Role><NetworkConfiguration><LoadBalancers><LoadBalancer name="A"><FrontendIPConfiguration type="private" /></LoadBalancer></LoadBalancers></NetworkConfiguration>',
    ),
  },
  {
    rule: 'https needs a certificate',
    code: 'RV1206',
    csdef: worker('<Endpoints>▸<InputEndpoint name="S" protocol="https" port="443" /></Endpoints>'),
    cscfg: counter,
  },
  {
    rule: 'sites are bound to http',
    code: 'RV1207',
    csdef: web(`${endpoint('80')}<Sites><Site name="Web"><Bindings><Binding name="B" ▸endpointName="In" /></Bindings></Site></Sites>`),
    cscfg: shop,
  },
  {
    rule: 'a public port is used once in the service',
    code: 'RV1208',
    csdef: two(endpoint('80'), '<Endpoints><InputEndpoint name="In" protocol="http" ▸port="80" /></Endpoints>'),
    cscfg: instancesOf('A', 'B'),
  },
  {
    rule: 'ranges of public ports are disjoint',
    code: 'RV1208',
    csdef: worker(
      '<Endpoints><InputEndpoint name="In" protocol="tcp" port="15" /><InstanceInputEndpoint name="D" protocol="tcp" localPort="1"><AllocatePublicPortFrom>▸<FixedPortRange min="10" max="20" /></AllocatePublicPortFrom></InstanceInputEndpoint></Endpoints>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a module’s public port is used once as well',
    code: 'RV1208',
    csdef: worker(`${endpoint('3389')}<Imports><Import ▸moduleName="RemoteForwarder" /></Imports>`),
    cscfg: counterWith(
      '<ConfigurationSettings><Setting name="Microsoft.WindowsAzure.Plugins.RemoteForwarder.Enabled" value="true" /></ConfigurationSettings>',
    ),
  },
  {
    rule: 'a range begins before it ends',
    code: 'RV1209',
    csdef: worker(
      '<Endpoints><InternalEndpoint name="E" protocol="tcp"><FixedPortRange min="20" ▸max="10" /></InternalEndpoint></Endpoints>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a service has 25 endpoints at most',
    code: 'RV1210',
    csdef: `▸${worker(`<Endpoints>${Array.from({ length: 26 }, (_, i) => `<InternalEndpoint name="E${i}" protocol="tcp" />`).join('')}</Endpoints>`)}`,
    cscfg: counter,
  },
  {
    rule: 'a probe over http needs a path',
    code: 'RV1211',
    csdef: definition(
      '<LoadBalancerProbes>▸<LoadBalancerProbe name="P" protocol="http" /></LoadBalancerProbes><WorkerRole name="Counter" />',
    ),
    cscfg: counter,
  },
  {
    rule: 'a probe over tcp has no path',
    code: 'RV1211',
    csdef: definition(
      '<LoadBalancerProbes><LoadBalancerProbe name="P" protocol="tcp" ▸path="/" /></LoadBalancerProbes><WorkerRole name="Counter" />',
    ),
    cscfg: counter,
  },
  {
    rule: 'two sites on one endpoint differ in their host header',
    code: 'RV1212',
    csdef: web(
      '<Endpoints><InputEndpoint name="In" protocol="http" port="80" /></Endpoints><Sites><Site name="Web"><Bindings><Binding name="B" endpointName="In" hostHeader="a" /></Bindings></Site><Site name="X" physicalDirectory="x"><Bindings>▸<Binding name="B" endpointName="In" hostHeader="A" /></Bindings></Site></Sites>',
    ),
    cscfg: shop,
  },
  {
    rule: 'RemoteForwarder goes into one role',
    code: 'RV1214',
    csdef: two('<Imports><Import moduleName="RemoteForwarder" /></Imports>', '<Imports><Import ▸moduleName="RemoteForwarder" /></Imports>'),
    cscfg: instancesOf('A', 'B'),
  },
  {
    rule: 'a variable has a value or an xpath',
    code: 'RV1215',
    csdef: worker(
      '<Startup><Task commandLine="a.exe"><Environment><Variable name="V" ▸value=""><RoleInstanceValue xpath="/RoleEnvironment/Deployment/@id" /></Variable></Environment></Task></Startup>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a VirtualMachineRole has no startup tasks',
    code: 'RV1216',
    csdef: definition('<VirtualMachineRole name="Counter"><Startup>▸<Task commandLine="a.exe" /></Startup></VirtualMachineRole>'),
    cscfg: counter,
  },
  {
    rule: 'a traffic rule has one kind of source',
    code: 'RV1217',
    csdef: definition(
      '<WorkerRole name="Counter"><Endpoints><InternalEndpoint name="E" protocol="tcp" /></Endpoints></WorkerRole><NetworkTrafficRules>▸<OnlyAllowTrafficTo><Destinations><RoleEndpoint roleName="Counter" endpointName="E" /></Destinations></OnlyAllowTrafficTo></NetworkTrafficRules>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a program is Ready on process start',
    code: 'RV1218',
    csdef: worker('<Runtime><EntryPoint><ProgramEntryPoint commandLine="a" ▸setReadyOnProcessStart="false" /></EntryPoint></Runtime>'),
    cscfg: counter,
  },
  {
    rule: 'a hosted web core has one internal http endpoint',
    code: 'RV1219',
    csdef: web('<Endpoints><InternalEndpoint name="E" protocol="http" />▸<InternalEndpoint name="F" protocol="http" /></Endpoints>'),
    cscfg: shop,
  },
  {
    rule: 'an unknown size is accepted with a warning',
    code: 'RV1251',
    csdef: definition('<WorkerRole name="Counter" ▸vmsize="Standard_Z9" />'),
    cscfg: counter,
  },
  {
    rule: 'an unknown module is accepted with a warning',
    code: 'RV1252',
    csdef: worker('<Imports><Import ▸moduleName="Diagnostic" /></Imports>'),
    cscfg: counter,
  },
  {
    rule: 'a store without size has 100 MB and a warning',
    code: 'RV1253',
    csdef: worker('<LocalResources>▸<LocalStorage name="S" /></LocalResources>'),
    cscfg: counter,
  },
  {
    rule: 'stores beyond the disk get a warning',
    code: 'RV1254',
    csdef: definition(
      '▸<WorkerRole name="Counter" vmsize="ExtraSmall"><LocalResources><LocalStorage name="S" sizeInMB="20000" /></LocalResources></WorkerRole>',
    ),
    cscfg: counter,
  },
  {
    rule: 'a variable given twice gets a warning',
    code: 'RV1255',
    csdef: worker('<Runtime><Environment><Variable name="Path" value="a" /><Variable ▸name="PATH" value="b" /></Environment></Runtime>'),
    cscfg: counter,
  },
  {
    rule: 'a site without folder gets a warning',
    code: 'RV1256',
    csdef: web(
      '<Endpoints><InputEndpoint name="In" protocol="http" port="80" /></Endpoints><Sites>▸<Site name="logs"><Bindings><Binding name="B" endpointName="In" /></Bindings></Site></Sites>',
    ),
    cscfg: shop,
  },
];

const declared = worker(`<ConfigurationSettings><Setting name="Greeting" /></ConfigurationSettings>${certificate}`);
const front =
  '<Certificates><Certificate name="Front" thumbprint="00112233445566778899AABBCCDDEEFF00112233" thumbprintAlgorithm="sha1" /></Certificates>';

const between: readonly BrokenService[] = [
  {
    rule: 'serviceName is the service’s name',
    code: 'RV1301',
    csdef: worker(''),
    cscfg: configuration('<Role name="Counter"><Instances count="1" /></Role>', '▸serviceName="tally"'),
  },
  { rule: 'every role is configured', code: 'RV1302', csdef: two('', ''), cscfg: `▸${instancesOf('A')}` },
  {
    rule: 'every configured role is defined',
    code: 'RV1303',
    csdef: worker(''),
    cscfg: instancesOf('Counter', 'Extra').replace('name="Extra"', '▸name="Extra"'),
  },
  { rule: 'every declared setting is configured', code: 'RV1304', csdef: declared, cscfg: counterWith(front).replace('<Role', '▸<Role') },
  {
    rule: 'every setting of a module is configured',
    code: 'RV1304',
    csdef: worker('<Imports><Import moduleName="RemoteForwarder" /></Imports>'),
    cscfg: counterWith('').replace('<Role', '▸<Role'),
  },
  {
    rule: 'every configured setting is declared',
    code: 'RV1305',
    csdef: worker(''),
    cscfg: counterWith('<ConfigurationSettings><Setting ▸name="Greeting" value="" /></ConfigurationSettings>'),
  },
  {
    rule: 'every declared certificate has a thumbprint',
    code: 'RV1306',
    csdef: worker(certificate),
    cscfg: counterWith('').replace('<Role', '▸<Role'),
  },
  {
    rule: 'every configured certificate is declared',
    code: 'RV1307',
    csdef: worker(''),
    cscfg: counterWith(front.replace('name=', '▸name=')),
  },
  {
    rule: 'there are public ports for all instances',
    code: 'RV1308',
    csdef: worker(
      '<Endpoints><InstanceInputEndpoint name="D" protocol="tcp" localPort="1"><AllocatePublicPortFrom><FixedPortRange min="10" ▸max="11" /></AllocatePublicPortFrom></InstanceInputEndpoint></Endpoints>',
    ),
    cscfg: counterWith('', '3'),
  },
  { rule: 'an empty thumbprint gets a warning', code: 'RV1351', csdef: worker(certificate), cscfg: thumbprint('▸thumbprint=""') },
  {
    rule: 'an unknown osFamily gets a warning',
    code: 'RV1352',
    csdef: worker(''),
    cscfg: configuration('<Role name="Counter"><Instances count="1" /></Role>', 'serviceName="Tally" ▸osFamily="8"'),
  },
  {
    rule: 'a load balancer without configuration gets a warning',
    code: 'RV1353',
    csdef: worker(endpoint('80', '▸loadBalancer="B" ')),
    cscfg: counter,
  },
];

export const brokenServices: readonly BrokenService[] = [...schema, ...insideDefinition, ...between];
