/**
 * What reading each real service of the corpus gives, by definition and configuration; `-` is a definition without one. A flattened
 * definition of a .csx folder or a package stands with the configuration of its project.
 *
 * Errors come first, warnings behind a semicolon. Every refusal has been reviewed by hand; the reason stands above it, and those of
 * the service-model reference are marked SM.
 */
export const corpusOutcomes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Aaronontheweb__railsrole/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'AlexVarrese__CQRS-in-Azure/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Avkash__AzureCmdApp-ConfigValues/ServiceDefinition.csdef': {
    'ServiceConfiguration.cscfg': 'valid',
  },
  'Awallace4__HangmanCloud/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'Awallace4__HangmanCloud/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'AzureAD__availability-proxy-for-rest-services/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Azure__azure-sdk-for-node/helloruntime/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  // the cscfg keeps settings of the Caching module, which the csdef does not import (SM 8)
  'Blackmist__rubyrole/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'RV1305 x4',
  },
  'Charlie73__azure-django-role/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
  },
  'Doculous__RoadTrip/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Flipflopperboy__AzureMultiSite/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/DefaultScaffolder/ServiceDefinition.csdef': {
    'ServiceConfiguration.cscfg': 'valid',
  },
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/Drupal/ServiceDefinition.csdef': {
    'ServiceConfiguration.cscfg': 'valid',
  },
  // fragments of a template: a role each, no service
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/Memcached-fragments/ServiceDefinition.Web.csdef': {
    'ServiceConfiguration.Web.cscfg': 'RV1101 x2',
    'ServiceConfiguration.cscfg': 'RV1101, RV1107, RV1109',
  },
  // a fragment as well
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/Memcached-fragments/ServiceDefinition.Worker.csdef': {
    'ServiceConfiguration.Web.cscfg': 'RV1101 x2',
    'ServiceConfiguration.cscfg': 'RV1101, RV1107, RV1109',
  },
  // the template itself: placeholder texts where the fragments go
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/Memcached-fragments/ServiceDefinition.csdef': {
    'ServiceConfiguration.Web.cscfg': 'RV1101, RV1109, RV1201',
    'ServiceConfiguration.cscfg': 'RV1107, RV1109 x2, RV1201',
  },
  'Interop-Bridges__Windows-Azure-PHP-Scaffolders/WordPress/ServiceDefinition.csdef': {
    'ServiceConfiguration.cscfg': 'valid',
  },
  'JerryZhangMS__CSESDevready2024/CSES500Error2/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'JerryZhangMS__CSESDevready2024/CSES500Error2/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  // the local cscfg keeps the setting of the Diagnostics module, which the csdef does not import (SM 8)
  'JerryZhangMS__CSESDevready2024/DevReadyOnStartException/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JerryZhangMS__CSESDevready2024/DevReadyOnStartException/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JerryZhangMS__CSESDevready2024/DevReadyOnStartFailure/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JerryZhangMS__CSESDevready2024/DevReadyOnStartFailure/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JerryZhangMS__CSESDevready2024/DevReadyStartupTaskFailure/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JerryZhangMS__CSESDevready2024/DevReadyStartupTaskFailure/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'RV1305',
  },
  'JohnGorter__zorgmatchdemos/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'JustinBeckwith__wazstagram/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'LeGrin__NYWrenchHack/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'LeGrin__NYWrenchHack/cspkg/csdx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'MRCollective__AzureWebFarm/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
  },
  'Maheshk-MSFT-zz__azure-cloudservices-customscript/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'MarkZither__ScrewTurnWiki/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'MicrosoftDX__Dash/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'NuGet__NuGet.Services.Work/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'SaschaDittmann__RavenDbOnAzure/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'ShadowMinhja__DataAccessGuidance/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'SysSurge__vera/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Usiiel__csharp-acs-workerrole-ews/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'Verber__azure-php-cloud-service-example/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'afama__NodeOnAzure/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'andrerod__cspack/scaffold/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'benwaine__Sentiment-Engine/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'bowerman0__Scala-Practice/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  // its site 'logs' gets its folder from the packager's argument /sites
  'cbilson__clojure-azure-webrole-spike/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid; RV1256',
  },
  'chrisjstevenson__volume/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'chrisjstevenson__volume/cspkg/csdx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'chrisjstevenson__volume/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'co3k__OpenPNE3/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  // the declared certificate is in no cscfg (SM 7, X5)
  'cpath__simples-m2/ServiceDefinition.csdef': {
    'ServiceConfiguration.cscfg': 'RV1306',
  },
  'crwilcox__PyPI-Gatherer/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'dfct__AzurePowerShellWorkerRole/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
  },
  'directr__bootstrapper/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'dotnet__orleans/1.x__AzureWebSample__OrleansAzureSample/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__HelloGeoSample__Deployment1/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__HelloGeoSample__Deployment2/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__HelloGeoSample__Deployment3/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedChatGrainSample__Deployment1/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedChatGrainSample__Deployment2/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedChatGrainSample__Deployment3/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedEventSample__BackDeployment/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedEventSample__FrontDeployment1/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'dotnet__orleans/1.x__ReplicatedEventSample__FrontDeployment2/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  // the one store of the corpus without a size (SM 4.2)
  'dotnet__orleans/1.x__TicTacToe__OrleansXO.Azure/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid; RV1253',
    'ServiceConfiguration.Local.cscfg': 'valid; RV1253',
  },
  'dotnet__orleans/2.0__AzureWorkerRoleSample__AzureWorkerRoleSample/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'drewby__CodeMashJS/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'dtPaTh__Dynatrace-Azure-CloudServices/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'edgardozoppi__call-graph-orleans/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'garvincasimir__Elasticsearch-Azure-PAAS/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
  },
  'ghuntley__twitter-azureworker-ravendb-nancyfx-signalr/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'glennblock__webapiworker/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'hydrojumbo__CUAHSI.Apps/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'kayone__Orchard/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'kessler__spawn-child-process-problem/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'lovlka__cornball-api/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'lupyuen__AzureIoTService/ServiceDefinition.csdef': {
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  // a raw < in an attribute of the cscfg (SM 8)
  'marcnazarian__azure-pool-monitoring/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'RV1005',
  },
  'martijnhoogendoorn__awesomeapp/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'martijnhoogendoorn__awesomeapp/csx/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  // the root element is Task (SM 8)
  'matiasdecarli__azure-client-upload/ServiceDefinition.csdef': {
    '-': 'RV1101',
  },
  'mbabramo__ACESim4/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  // a template to be filled in: thumbprints are empty, the load balancer is missing
  'microsoft__StoreBroker/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid; RV1351 x2, RV1353 x2',
  },
  'microsoftarchive__msdn-code-gallery-microsoft/CSAzureChangeAppPoolIdentity/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'microsoftarchive__msdn-code-gallery-microsoft/CSAzureWCFServices/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'microsoftarchive__msdn-code-gallery-microsoft/WebRoleWithCustomLoadBalanceProbe/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/BetaLocalMediaComplianceRecordingBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/BetaLocalMediaPolicyRecordingBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/LocalMediaAudioVideoPlaybackBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/LocalMediaTestCallingBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/V1.0LocalMediaAudioVideoPlaybackBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/V1.0LocalMediaPolicyRecordingBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'microsoftgraph__microsoft-graph-comms-samples/V1.0LocalMediaPsiBot__PsiBot/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mongodb__mongo-azure/Deploy/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'mongodb__mongo-azure/ReplicaSets/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'mspnp__cloud-design-patterns/CompetingConsumers/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/ComputeResourceConsolidation/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/ExternalConfigurationStore/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/HealthEndpointMonitoring.Cloud/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/LeaderElection/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/PipesAndFilters.Cloud/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/PriorityQueue/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/RuntimeReconfiguration/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/StaticContentHosting.Cloud/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mspnp__cloud-design-patterns/ValetKey.Cloud/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'valid',
    'ServiceConfiguration.Local.cscfg': 'valid',
  },
  'mvanhalen__AzureWorkerTCPListerner/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'ogazitt__webtimer/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'sayedihashimi__azure-config/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'stemarie__Quartz.Azure/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'taliesins__azure-sdk-tools/GB18030/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  'taliesins__azure-sdk-tools/cspkg/csdx/ServiceDefinition.csdef': {
    '-': 'valid',
  },
  // what New-AzureServiceProject starts from: no name, no role
  'taliesins__azure-sdk-tools/scaffolding/General/ServiceDefinition.csdef': {
    'ServiceConfiguration.Cloud.cscfg': 'RV1106, RV1107',
  },
  // no role (SM 8)
  'tarekayna__referengine/ServiceDefinition.csdef': {
    '-': 'RV1201',
  },
};
