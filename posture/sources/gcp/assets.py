"""Which assets become systems, of what kind, and in which field each says as whom it runs."""

from __future__ import annotations

from msgspec import Struct


class Asset(Struct, frozen=True):
    """One type of asset. Fields are dotted; a list on the way stands for each of its entries."""

    type: str
    kind: str
    runs_as: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    """Fields that hold environment variables: an object, or a list of name and value."""
    secrets: tuple[str, ...] = ()
    """Fields that name secrets of the secret store."""
    state: str = ""
    stopped: tuple[str, ...] = ()
    code: str = ""
    """Field that names the bucket from which it takes what it runs."""
    unsaid: str = ""
    """As whom it runs where it names nobody; `{number}` and `{id}` stand for those of its project."""


_COMPUTE = "{number}-compute@developer.gserviceaccount.com"
_POD = "spec.template.spec"
_JOB = "spec.template.spec.template.spec"
ASSETS = (
    Asset("storage.googleapis.com/Bucket", "bucket"),
    Asset("bigquery.googleapis.com/Dataset", "database"),
    Asset("secretmanager.googleapis.com/Secret", "secret"),
    Asset("parametermanager.googleapis.com/Parameter", "parameter"),
    Asset("cloudkms.googleapis.com/CryptoKey", "key"),
    Asset("privateca.googleapis.com/CaPool", "key"),
    Asset("pubsub.googleapis.com/Topic", "topic"),
    Asset("pubsub.googleapis.com/Subscription", "topic"),
    Asset("cloudtasks.googleapis.com/Queue", "queue"),
    Asset("sqladmin.googleapis.com/Instance", "database"),
    Asset("alloydb.googleapis.com/Cluster", "database"),
    Asset("spanner.googleapis.com/Instance", "database"),
    Asset("spanner.googleapis.com/Database", "database"),
    Asset("redis.googleapis.com/Instance", "database"),
    Asset("bigtableadmin.googleapis.com/Instance", "table"),
    Asset("firestore.googleapis.com/Database", "table"),
    Asset("file.googleapis.com/Instance", "storage"),
    Asset("artifactregistry.googleapis.com/Repository", "registry"),
    Asset("sourcerepo.googleapis.com/Repo", "repository"),
    Asset("compute.googleapis.com/Instance", "compute", ("serviceAccounts.email",), state="status",
          stopped=("TERMINATED", "STOPPED", "SUSPENDED")),
    Asset("compute.googleapis.com/InstanceGroupManager", "compute"),
    Asset("cloudfunctions.googleapis.com/CloudFunction", "function", ("serviceAccountEmail",),
          ("environmentVariables",), ("secretEnvironmentVariables.secret",)),
    Asset("cloudfunctions.googleapis.com/Function", "function",
          ("serviceConfig.serviceAccountEmail", "serviceAccountEmail"),
          ("serviceConfig.environmentVariables", "environmentVariables"),
          ("serviceConfig.secretEnvironmentVariables.secret", "secretEnvironmentVariables.secret")),
    Asset("run.googleapis.com/Service", "function",
          (f"{_POD}.serviceAccountName", "template.serviceAccount"),
          (f"{_POD}.containers.env", "template.containers.env"),
          (f"{_POD}.containers.env.valueFrom.secretKeyRef.name",
           "template.containers.env.valueSource.secretKeyRef.secret"), unsaid=_COMPUTE),
    Asset("run.googleapis.com/Job", "function",
          (f"{_JOB}.serviceAccountName", "template.template.serviceAccount"),
          (f"{_JOB}.containers.env", "template.template.containers.env"),
          (f"{_JOB}.containers.env.valueFrom.secretKeyRef.name",
           "template.template.containers.env.valueSource.secretKeyRef.secret"), unsaid=_COMPUTE),
    Asset("run.googleapis.com/WorkerPool", "function",
          (f"{_POD}.serviceAccountName", "template.serviceAccount"),
          (f"{_POD}.containers.env", "template.containers.env"),
          (f"{_POD}.containers.env.valueFrom.secretKeyRef.name",
           "template.containers.env.valueSource.secretKeyRef.secret"), unsaid=_COMPUTE),
    Asset("config.googleapis.com/Deployment", "pipeline", ("serviceAccount",)),
    Asset("appengine.googleapis.com/Version", "compute", ("serviceAccount",), ("envVariables",),
          unsaid="{id}@appspot.gserviceaccount.com"),
    Asset("container.googleapis.com/Cluster", "cluster",
          ("nodeConfig.serviceAccount", "nodePools.config.serviceAccount"), unsaid=_COMPUTE),
    Asset("dataproc.googleapis.com/Cluster", "cluster", ("config.gceClusterConfig.serviceAccount",),
          unsaid=_COMPUTE),
    Asset("dataproc.googleapis.com/Batch", "cluster", ("environmentConfig.executionConfig.serviceAccount",),
          unsaid=_COMPUTE),
    Asset("composer.googleapis.com/Environment", "pipeline", ("config.nodeConfig.serviceAccount",),
          code="config.dagGcsPrefix"),
    Asset("workflows.googleapis.com/Workflow", "pipeline", ("serviceAccount",)),
    Asset("cloudbuild.googleapis.com/BuildTrigger", "pipeline", ("serviceAccount",)),
    Asset("clouddeploy.googleapis.com/Target", "pipeline", ("executionConfigs.serviceAccount",)),
    Asset("cloudscheduler.googleapis.com/Job", "pipeline",
          ("httpTarget.oauthToken.serviceAccountEmail", "httpTarget.oidcToken.serviceAccountEmail")),
    Asset("eventarc.googleapis.com/Trigger", "topic", ("serviceAccount",)),
    Asset("dataflow.googleapis.com/Job", "stream", ("environment.serviceAccountEmail",), unsaid=_COMPUTE),
    Asset("batch.googleapis.com/Job", "compute", ("allocationPolicy.serviceAccount.email",), unsaid=_COMPUTE),
    Asset("notebooks.googleapis.com/Instance", "model", ("serviceAccount", "gceSetup.serviceAccounts.email")),
    Asset("aiplatform.googleapis.com/ReasoningEngine", "model", ("spec.serviceAccount",),
          ("spec.deploymentSpec.env",), ("spec.deploymentSpec.secretEnv.secretRef.secret",)),
    Asset("aiplatform.googleapis.com/Endpoint", "model", ("deployedModels.serviceAccount",)),
    Asset("aiplatform.googleapis.com/CustomJob", "model", ("jobSpec.serviceAccount",)),
    Asset("aiplatform.googleapis.com/Model", "model"),
    Asset("dialogflow.googleapis.com/Agent", "model"),
)  # fmt: skip
"""Assets that are reached or that run; whatever else an export holds is passed over."""

BY_TYPE = {asset.type: asset for asset in ASSETS}
