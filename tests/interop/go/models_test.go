package interop

// What the tests read of the answers. Numbers, strings and lists have the types that the facts about IBM's
// models name; an answer of another type fails to decode.

type policy struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type policyList struct {
	Policies []policy `json:"policies"`
}

type group struct {
	ID                  string `json:"id"`
	Name                string `json:"name"`
	PolicyID            string `json:"policyId"`
	NumProtectedObjects int64  `json:"numProtectedObjects"`
	LastRun             *run   `json:"lastRun"`
}

type groupList struct {
	ProtectionGroups []group `json:"protectionGroups"`
}

type registration struct {
	ID       int64  `json:"id"`
	SourceID int64  `json:"sourceId"`
	Name     string `json:"name"`
}

type registrationList struct {
	Registrations []registration `json:"registrations"`
}

type run struct {
	ID              string `json:"id"`
	LocalBackupInfo struct {
		Status         string `json:"status"`
		StartTimeUsecs int64  `json:"startTimeUsecs"`
		EndTimeUsecs   int64  `json:"endTimeUsecs"`
		LocalTaskID    string `json:"localTaskId"`
		LocalSnapStats *struct {
			BytesRead int64 `json:"bytesRead"`
		} `json:"localSnapshotStats"`
	} `json:"localBackupInfo"`
}

type runList struct {
	Runs []run `json:"runs"`
}

type runStarted struct {
	ProtectionGroupID string `json:"protectionGroupId"`
}

type runActed struct {
	Action       string       `json:"action"`
	PauseParams  []runOutcome `json:"pauseParams"`
	CancelParams []runOutcome `json:"cancelParams"`
}

type runOutcome struct {
	RunID string `json:"runId"`
	Error string `json:"error"`
}

type runsUpdated struct {
	SuccessfulRunIDs []string `json:"successfulRunIds"`
	FailedRuns       []struct {
		RunID        string `json:"runId"`
		ErrorMessage string `json:"errorMessage"`
	} `json:"failedRuns"`
}

type snapshot struct {
	ID                string `json:"id"`
	ObjectID          int64  `json:"objectId"`
	ProtectionGroupID string `json:"protectionGroupId"`
	RunInstanceID     int64  `json:"runInstanceId"`
	ExpiryTimeUsecs   int64  `json:"expiryTimeUsecs"`
	OnLegalHold       bool   `json:"onLegalHold"`
}

type snapshotList struct {
	Snapshots []snapshot `json:"snapshots"`
}

type indexedPage struct {
	ObjectType string `json:"objectType"`
	Count      int64  `json:"count"`
	Files      []struct {
		Name              string `json:"name"`
		Path              string `json:"path"`
		Type              string `json:"type"`
		ProtectionGroupID string `json:"protectionGroupId"`
	} `json:"files"`
}

type foundObject struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Environment string `json:"environment"`
}

type objectsFound struct {
	Objects []foundObject `json:"objects"`
	Count   int64         `json:"count"`
}

type protectedFound struct {
	Objects    []foundObject `json:"objects"`
	NumResults int64         `json:"numResults"`
}

type recovery struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Status       string   `json:"status"`
	EndTimeUsecs int64    `json:"endTimeUsecs"`
	Messages     []string `json:"messages"`
}

type recoveryList struct {
	Recoveries []recovery `json:"recoveries"`
}

type restorePoints struct {
	FullSnapshotInfo []struct {
		RestoreInfo struct {
			ProtectionGroupID string `json:"protectionGroupId"`
		} `json:"restoreInfo"`
	} `json:"fullSnapshotInfo"`
}

type connection struct {
	ConnectionID   string   `json:"connectionId"`
	ConnectionName string   `json:"connectionName"`
	ConnectorIDs   []string `json:"connectorIds"`
}

type connectionList struct {
	Connections []connection `json:"connections"`
}

type connector struct {
	ConnectorID   string `json:"connectorId"`
	ConnectorName string `json:"connectorName"`
}

type connectorList struct {
	Connectors []connector `json:"connectors"`
}

type connectorMetadata struct {
	K8sConnectorInfoList []object `json:"k8sConnectorInfoList"`
}

type upgradeTaskList struct {
	Tasks []struct {
		ID int64 `json:"id"`
	} `json:"tasks"`
}
