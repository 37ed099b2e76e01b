package interop

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

func (s *service) agent(packageType string) *sdk.DownloadAgentOptions {
	options := s.NewDownloadAgentOptions(s.tenant, sdk.DownloadAgentOptions_Platform_Klinux)
	options.LinuxParams = &sdk.LinuxAgentParams{PackageType: &packageType}
	return options
}

func TestAgentIsDownloaded(t *testing.T) {
	s := newService(t)
	stream := must(t, s.DownloadAgent, s.agent(sdk.LinuxAgentParams_PackageType_Kscript))
	script, err := io.ReadAll(stream)
	if err = errors.Join(err, stream.Close()); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(script, []byte("#!")) {
		t.Errorf("no script: %.80q", script)
	}
}

func TestAgentIsUpgraded(t *testing.T) {
	s := newService(t)
	// Without an agent installed there the server itself is the host's agent, and has the version already.
	source := s.register(t, "localhost")
	options := s.NewCreateUpgradeTaskOptions(s.tenant).SetAgentIDs([]int64{*source.ID}).SetName("all").
		SetDescription("every agent there is")
	made := must(t, s.CreateUpgradeTask, options)
	keeps(t, "made", made, options)
	if *made.Type != sdk.AgentUpgradeTaskState_Type_Manual || len(made.Agents) != 1 || *made.Agents[0].ID != *source.ID {
		t.Errorf("made: %s", shown(made))
	}
	some := s.NewGetUpgradeTasksOptions(s.tenant).SetIds([]int64{*made.ID, noNumber})
	tasks := must(t, s.GetUpgradeTasks, some).Tasks
	if len(tasks) != 1 || *tasks[0].ID != *made.ID || *tasks[0].Status != sdk.AgentUpgradeTaskState_Status_Succeeded {
		t.Errorf("listed: %s", shown(tasks))
	}
}

func TestUpgradeWaits(t *testing.T) {
	s := newService(t)
	source := s.register(t, "localhost")
	tomorrow := time.Now().Add(24 * time.Hour)
	options := s.NewCreateUpgradeTaskOptions(s.tenant).SetAgentIDs([]int64{*source.ID}).SetName("tomorrow").
		SetScheduleTimeUsecs(tomorrow.UnixMicro()).SetScheduleEndTimeUsecs(tomorrow.Add(time.Hour).UnixMicro())
	made := must(t, s.CreateUpgradeTask, options)
	keeps(t, "made", made, options)
	if *made.Status != sdk.AgentUpgradeTaskState_Status_Scheduled {
		t.Errorf("made: %s", shown(made))
	}
}

func TestBadCallsOfAgentsAreRefused(t *testing.T) {
	s := newService(t)
	windows := s.NewDownloadAgentOptions(s.tenant, sdk.DownloadAgentOptions_Platform_Kwindows)
	unknown := s.NewCreateUpgradeTaskOptions(s.tenant).SetAgentIDs([]int64{noNumber}).SetName("x")
	retry := s.NewCreateUpgradeTaskOptions(s.tenant).SetName("x")
	retry.RetryTaskID = core.Int64Ptr(noNumber)
	refuseAll(t,
		bad(s.DownloadAgent, windows, 422, "platform"),
		bad(s.DownloadAgent, s.agent(sdk.LinuxAgentParams_PackageType_Krpm), 422, "packageType"),
		bad(s.CreateUpgradeTask, unknown, 404, "987654321"),
		bad(s.CreateUpgradeTask, retry, 404, "987654321"),
	)
}
