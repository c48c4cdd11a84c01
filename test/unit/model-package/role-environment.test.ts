import { describe, expect, it } from 'vitest';
import type { RoleEnvironmentDocument } from '../../../contracts/role-environment.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { readElementTree } from '../../../model/element-tree/read-element-tree.ts';
import { environmentTree } from '../../../model/role-environment/environment-tree.ts';
import { evaluateXpath } from '../../../model/role-environment/evaluate-xpath.ts';
import { readRoleEnvironment } from '../../../model/role-environment/read-role-environment.ts';
import { resolveVariables } from '../../../model/role-environment/resolve-variables.ts';
import { writeInstanceConfig } from '../../../model/role-environment/write-instance-config.ts';
import { writeRoleEnvironment } from '../../../model/role-environment/write-role-environment.ts';

const endpoint = { name: 'HttpIn', address: '127.255.0.2', port: 8080, protocol: 'tcp' };
const document: RoleEnvironmentDocument = {
  deployment: { id: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4', emulated: false },
  currentInstance: {
    id: 'Counter_IN_0',
    roleName: 'Counter',
    faultDomain: 0,
    updateDomain: 1,
    configurationSettings: [
      { name: 'Greeting', value: 'grüß "&" <b>\n' },
      { name: 'a/b]', value: 'slash' },
      { name: 'Nothing', value: '' },
    ],
    localResources: [{ name: 'Cache', path: '/vm/C/Resources/Directory/1f0c.Counter.Cache/', sizeInMB: 64 }],
    endpoints: [endpoint],
  },
  roles: [
    { name: 'Counter', instances: [{ id: 'Counter_IN_1', faultDomain: 1, updateDomain: 0, endpoints: [endpoint] }] },
    { name: 'Alone', instances: [] },
  ],
};
const tree = environmentTree(document);
const root = '/RoleEnvironment';
const current = `${root}/CurrentInstance`;

describe('the role environment document', () => {
  it('reads back what it wrote', () => {
    expect(readRoleEnvironment(writeRoleEnvironment(document))).toEqual(document);
  });

  it('starts without a byte order mark and keeps line ends of values as references', () => {
    const xml = writeRoleEnvironment(document);
    expect(xml.startsWith('<?xml version="1.0" encoding="utf-8"?>')).toBe(true);
    expect(xml).toContain('value="grüß &quot;&amp;&quot; &lt;b&gt;&#10;"');
  });

  it('has every container even when there is nothing in it', () => {
    const empty = { ...document.currentInstance, configurationSettings: [], localResources: [], endpoints: [] };
    const xml = writeRoleEnvironment({ ...document, currentInstance: empty, roles: [{ name: 'Alone', instances: [] }] });
    for (const name of ['ConfigurationSettings', 'LocalResources', 'Endpoints', 'Instances']) expect(xml).toContain(`<${name} />`);
  });

  it.each([
    ['the root element is Other, not RoleEnvironment', '<Other/>'],
    ['RoleEnvironment has no element Deployment', '<RoleEnvironment/>'],
    ['Endpoint/@port is not a whole number: http', writeRoleEnvironment(document).replace('port="8080"', 'port="http"')],
  ])('is refused with one sentence: %s', (message, xml) => {
    expect(() => readRoleEnvironment(xml)).toThrow(message);
  });

  it('refuses to write a value that XML cannot hold', () => {
    const broken = { ...document, deployment: { id: 'a\u0000b', emulated: false } };
    expect(() => writeRoleEnvironment(broken)).toThrow('Deployment holds a control character');
  });
});

describe('an xpath into the role environment', () => {
  it.each([
    [`${root}/Deployment/@emulated`, 'false'],
    [`${root}/Deployment/@id`, '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4'],
    [`${current}/@id`, 'Counter_IN_0'],
    [`${current}/@roleName`, 'Counter'],
    [`${current}/@updateDomain`, '1'],
    [`${current}/@faultDomain`, '0'],
    [`${current}/ConfigurationSettings/ConfigurationSetting[@name='a/b]']/@value`, 'slash'],
    [`${current}/LocalResources/LocalResource[@name='Cache']/@path`, '/vm/C/Resources/Directory/1f0c.Counter.Cache/'],
    [`${current}/LocalResources/LocalResource[@name="Cache"]/@sizeInMB`, '64'],
    [`${current}/Endpoints/Endpoint[@name='HttpIn']/@port`, '8080'],
    [`${current}/Endpoints/Endpoint[ @name = 'HttpIn' ][@protocol='tcp']/@address`, '127.255.0.2'],
    [`${root}/Roles/Role[@name='Counter']/Instances/Instance/@id`, 'Counter_IN_1'],
    [' RoleEnvironment / Deployment / @id ', '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4'],
  ])('%s has its value', (xpath, value) => {
    expect(evaluateXpath(tree, xpath)).toBe(value);
  });

  it.each([
    `${current}/Endpoints/Endpoint[@name='httpin']/@port`,
    `${current}/Endpoints/Endpoint[@name='HttpIn']/@publicPort`,
    `${root}/Deployments/@id`,
    `${root}/Deployment`,
    '/Other/@id',
  ])('%s is empty because the document has no such thing', (xpath) => {
    expect(evaluateXpath(tree, xpath)).toBe('');
  });

  it.each([
    '',
    '/',
    '//Endpoint/@port',
    `${root}/`,
    `${root}/*/@id`,
    `${root}/Deployment/@*`,
    `${root}/child::Deployment/@id`,
    `${root}/Deployment/../@id`,
    `${root}/Roles/Role[1]/@name`,
    `${root}/Roles/Role[@name!='a']/@name`,
    `${root}/Deployment/@id/text()`,
    `${root}/Deployment/@id[@a='b']`,
    `string(${root}/Deployment/@id)`,
    `${root}/Roles/Role[@name='a]/@name`,
  ])('%s is refused by name', (xpath) => {
    expect(() => evaluateXpath(tree, xpath)).toThrow(`the xpath ${xpath} uses more than`);
  });

  it('of endless length is refused at once', () => {
    expect(() => evaluateXpath(tree, `/a${'[@b="c"]'.repeat(100_000)}`)).toThrow('uses more than');
  });

  it('gives the same on the document as read from the file', () => {
    const read = readElementTree(writeRoleEnvironment(document));
    expect(evaluateXpath(read, `${current}/Endpoints/Endpoint[@name='HttpIn']/@port`)).toBe('8080');
  });
});

describe('variables of a task', () => {
  it('come out in document order with values of the instance, and empty ones not at all', () => {
    const resolved = resolveVariables(
      [
        { name: 'MODE', value: 'live' },
        { name: 'EMPTY', value: '' },
        { name: 'NONE' },
        { name: 'MISSPELT', xpath: `${current}/Endpoints/Endpoint[@name='Htpp']/@port` },
        { name: 'UNSET', xpath: `${current}/ConfigurationSettings/ConfigurationSetting[@name='Nothing']/@value` },
        { name: 'PORT', xpath: `${current}/Endpoints/Endpoint[@name='HttpIn']/@port` },
      ],
      document,
    );
    expect(resolved).toEqual([
      { name: 'MODE', value: 'live' },
      { name: 'PORT', value: '8080' },
    ]);
  });

  it('with an xpath that cannot be evaluated name the variable', () => {
    expect(() => resolveVariables([{ name: 'ALL', xpath: '//Endpoint' }], document)).toThrow('variable ALL: the xpath //Endpoint');
  });
});

describe('the instance configuration document', () => {
  const vm: VmDocument = {
    instanceId: 'Counter_IN_0',
    roleName: 'Counter',
    roleKind: 'WorkerRole',
    deploymentId: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4',
    serviceName: 'Tally',
    updateDomain: 1,
    faultDomain: 0,
    machineName: 'RD00155D000001',
    roleDrive: 'E',
    eventDone: 0,
    speed: 1,
    timings: resolveTimings(1),
    localStorage: [{ name: 'Cache', sizeInMB: 64, cleanOnRoleRecycle: false }],
    defaultProbe: { address: '127.255.0.2', port: 29_001, path: '/probe' },
    settings: [{ name: 'Greeting', value: 'hello' }],
    endpoints: [endpoint],
    certificates: [
      { name: 'Front', thumbprint: 'AB'.repeat(20), storeLocation: 'LocalMachine', storeName: 'My', permissionLevel: 'elevated' },
    ],
    certificatesRequired: false,
    openPorts: [],
    roleTempInMB: 100,
    otherRoles: [{ name: 'Counter', instances: [{ id: 'Counter_IN_1', updateDomain: 0, faultDomain: 1, endpoints: [endpoint] }] }],
    emulated: false,
    configIncarnation: 3,
    bundlesDirectory: '/opt/rolevm/dist',
    codeCacheDirectory: '/var/cache/rolevm',
  };
  const config = readElementTree(writeInstanceConfig(vm, document.currentInstance.localResources));

  it.each([
    ['/HostingEnvironmentConfig/@goalStateIncarnation', '3'],
    ['/HostingEnvironmentConfig/Deployment/@guid', '{1f0c7a5e-9d3b-4c2f-a6e8-b7d0c1e2f3a4}'],
    ["/HostingEnvironmentConfig/StoredCertificates/StoredCertificate[@name='Stored0Front']/@certificateId", `sha1:${'AB'.repeat(20)}`],
    ['/HostingEnvironmentConfig/Role/@parameters', 'base\\x64\\WaWorkerHost.exe '],
    ["/HostingEnvironmentConfig/ApplicationSettings/Setting[@name='Greeting']/@value", 'hello'],
    ["/HostingEnvironmentConfig/ResourceReferences/Resource[@name='Cache']/@sticky", 'true'],
    ["/HostingEnvironmentConfig/Instances/Instance[@id='Counter_IN_1']/FaultDomains/@randomId", '1'],
    ["/HostingEnvironmentConfig/Instances/Instance[@id='Counter_IN_0']/InputEndpoints/Endpoint/@address", '127.255.0.2:8080'],
  ])('%s says %s', (xpath, value) => {
    expect(evaluateXpath(config, xpath)).toBe(value);
  });
});
