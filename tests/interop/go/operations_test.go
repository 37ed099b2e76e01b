package interop

// operation is one of the operations that the API's documentation names.
type operation struct {
	method string
	path   string
	// success is the code of an answer that is none of the errors.
	success int
	// accept is what IBM's SDK asks for; downloads ask for nothing.
	accept string
}

const (
	asJSON   = "application/json"
	asBinary = "application/octet-stream"
)

var operations = map[string]operation{
	"downloadAgent":     {"POST", "/data-protect/agents/download", 200, asBinary},
	"getUpgradeTasks":   {"GET", "/data-protect/agents/upgrade-tasks", 200, asJSON},
	"createUpgradeTask": {"POST", "/data-protect/agents/upgrade-tasks", 201, asJSON},

	"getSourceRegistrations":             {"GET", "/data-protect/sources/registrations", 200, asJSON},
	"registerProtectionSource":           {"POST", "/data-protect/sources/registrations", 201, asJSON},
	"getProtectionSourceRegistration":    {"GET", "/data-protect/sources/registrations/{id}", 200, asJSON},
	"updateProtectionSourceRegistration": {"PUT", "/data-protect/sources/registrations/{id}", 200, asJSON},
	"patchProtectionSourceRegistration":  {"PATCH", "/data-protect/sources/registrations/{id}", 200, asJSON},
	"deleteProtectionSourceRegistration": {"DELETE", "/data-protect/sources/registrations/{id}", 204, ""},
	"refreshProtectionSourceById":        {"POST", "/data-protect/sources/{id}/refresh", 204, ""},

	"getDataSourceConnections":   {"GET", "/data-source-connections", 200, asJSON},
	"createDataSourceConnection": {"POST", "/data-source-connections", 201, asJSON},
	"deleteDataSourceConnection": {"DELETE", "/data-source-connections/{connectionId}", 204, ""},
	"patchDataSourceConnection":  {"PATCH", "/data-source-connections/{connectionId}", 200, asJSON},
	"generateDataSourceConnectionRegistrationToken": {
		"POST", "/data-source-connections/{connectionId}/registrationToken", 200, asJSON,
	},

	"getDataSourceConnectors":   {"GET", "/data-source-connectors", 200, asJSON},
	"getConnectorMetadata":      {"GET", "/data-source-connectors/metadata", 200, asJSON},
	"deleteDataSourceConnector": {"DELETE", "/data-source-connectors/{connectorId}", 204, ""},
	"patchDataSourceConnector":  {"PATCH", "/data-source-connectors/{connectorId}", 200, asJSON},

	"getProtectionPolicies":   {"GET", "/data-protect/policies", 200, asJSON},
	"createProtectionPolicy":  {"POST", "/data-protect/policies", 201, asJSON},
	"getProtectionPolicyById": {"GET", "/data-protect/policies/{id}", 200, asJSON},
	"updateProtectionPolicy":  {"PUT", "/data-protect/policies/{id}", 200, asJSON},
	"deleteProtectionPolicy":  {"DELETE", "/data-protect/policies/{id}", 204, ""},

	"getProtectionGroups":    {"GET", "/data-protect/protection-groups", 200, asJSON},
	"createProtectionGroup":  {"POST", "/data-protect/protection-groups", 201, asJSON},
	"getProtectionGroupById": {"GET", "/data-protect/protection-groups/{id}", 200, asJSON},
	"updateProtectionGroup":  {"PUT", "/data-protect/protection-groups/{id}", 200, asJSON},
	"deleteProtectionGroup":  {"DELETE", "/data-protect/protection-groups/{id}", 204, ""},

	"getProtectionGroupRuns":   {"GET", "/data-protect/protection-groups/{id}/runs", 200, asJSON},
	"updateProtectionGroupRun": {"PUT", "/data-protect/protection-groups/{id}/runs", 207, asJSON},
	"createProtectionGroupRun": {"POST", "/data-protect/protection-groups/{id}/runs", 202, asJSON},
	"performActionOnProtectionGroupRun": {
		"POST", "/data-protect/protection-groups/{id}/runs/actions", 202, asJSON,
	},

	"getObjectSnapshots":     {"GET", "/data-protect/objects/{id}/snapshots", 200, asJSON},
	"searchIndexedObjects":   {"POST", "/data-protect/search/indexed-objects", 200, asJSON},
	"searchObjects":          {"GET", "/data-protect/search/objects", 200, asJSON},
	"searchProtectedObjects": {"GET", "/data-protect/search/protected-objects", 200, asJSON},

	"getRecoveries":   {"GET", "/data-protect/recoveries", 200, asJSON},
	"createRecovery":  {"POST", "/data-protect/recoveries", 201, asJSON},
	"getRecoveryById": {"GET", "/data-protect/recoveries/{id}", 200, asJSON},
	"createDownloadFilesAndFoldersRecovery": {
		"POST", "/data-protect/recoveries/download-files-folders", 201, asJSON,
	},
	"downloadFilesFromRecovery": {"GET", "/data-protect/recoveries/{id}/download-files", 200, ""},

	"getRestorePointsInTimeRange": {"POST", "/data-protect/snapshots/restore-points", 201, asJSON},
	"downloadIndexedFile":         {"GET", "/data-protect/snapshots/{snapshotsId}/download-file", 200, ""},
}
