// Package interop drives a running Strongroom server with IBM's SDK for Go
// (github.com/IBM/ibm-backup-recovery-sdk-go), as published and unchanged: its service object, its generated
// methods and models, its authenticator, its retries and its errors.
//
// Every method of the SDK that calls the API has to succeed once and to be refused once: the ledger asks the SDK
// itself which methods there are. Of every answer, what came over the wire is compared with the model that the
// SDK made of it, so that no member has a name, a type or a value that is not IBM's.
//
// The SDK is v1.2.1. What only later versions have is not shown here: the run by its id, the progress of a run,
// cancelling a recovery and the meta-info of a snapshot, and two members of Kubernetes sources and groups, which
// this server refuses anyway. The two downloads of v1.2.1 close the body unread; that the right bytes came is
// seen on the wire below the SDK.
//
// The tests start nothing. They read STRONGROOM_URL, STRONGROOM_API_KEY and STRONGROOM_TENANT;
// `cargo xtask interop go` starts a server and sets them. They share one server and one tenant, so none of
// them is parallel, and each removes what it made.
package interop
