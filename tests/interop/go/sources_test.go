package interop

import (
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

func (s *service) updateSource(id int64, name string) *sdk.UpdateProtectionSourceRegistrationOptions {
	environment := sdk.UpdateProtectionSourceRegistrationOptions_Environment_Kphysical
	options := s.NewUpdateProtectionSourceRegistrationOptions(id, s.tenant, environment)
	options.Name = &name
	options.AdvancedConfigs = []sdk.KeyValuePair{{Key: core.StringPtr("colour"), Value: core.StringPtr("blue")}}
	options.PhysicalParams = &sdk.PhysicalSourceRegistrationParams{Endpoint: core.StringPtr("localhost")}
	return options
}

func (s *service) patchSource(id int64) *sdk.PatchProtectionSourceRegistrationOptions {
	environment := sdk.PatchProtectionSourceRegistrationOptions_Environment_Kphysical
	return s.NewPatchProtectionSourceRegistrationOptions(id, s.tenant, environment)
}

func TestSourceLivesAndDies(t *testing.T) {
	s := newService(t)
	made := s.register(t, "this machine")
	if *made.Name != "this machine" || *made.SourceID == 0 || *made.PhysicalParams.Endpoint != "localhost" ||
		*made.AuthenticationStatus != sdk.SourceRegistrationResponseParams_AuthenticationStatus_Finished {
		t.Errorf("registered: %s", shown(made))
	}
	got := must(t, s.GetProtectionSourceRegistration, s.NewGetProtectionSourceRegistrationOptions(*made.ID, s.tenant))
	if shown(got) != shown(made) {
		t.Errorf("got %s, not %s", shown(got), shown(made))
	}
	change := s.updateSource(*made.ID, "renamed")
	changed := must(t, s.UpdateProtectionSourceRegistration, change)
	keeps(t, "changed", changed, change)
	patched := must(t, s.PatchProtectionSourceRegistration, s.patchSource(*made.ID))
	if *patched.ID != *made.ID || *patched.Name != "renamed" {
		t.Errorf("patched: %s", shown(patched))
	}
	do(t, s.RefreshProtectionSourceByID, s.NewRefreshProtectionSourceByIdOptions(*made.ID, s.tenant))
	some := s.NewGetSourceRegistrationsOptions(s.tenant).SetIds([]int64{*made.ID, noNumber})
	listed := must(t, s.GetSourceRegistrations, some).Registrations
	if len(listed) != 1 || *listed[0].ID != *made.ID || *listed[0].LastRefreshedTimeMsecs < *made.LastRefreshedTimeMsecs {
		t.Errorf("listed: %s", shown(listed))
	}
	do(t, s.DeleteProtectionSourceRegistration, s.NewDeleteProtectionSourceRegistrationOptions(*made.ID, s.tenant))
	if left := must(t, s.GetSourceRegistrations, some).Registrations; len(left) != 0 {
		t.Errorf("left: %s", shown(left))
	}
}

func TestBadCallsOfSourcesAreRefused(t *testing.T) {
	s := newService(t)
	s.register(t, "localhost")
	again := s.NewRegisterProtectionSourceOptions(s.tenant, sdk.RegisterProtectionSourceOptions_Environment_Kphysical)
	again.PhysicalParams = &sdk.PhysicalSourceRegistrationParams{Endpoint: core.StringPtr("localhost")}
	lacking := s.NewRegisterProtectionSourceOptions(s.tenant, sdk.RegisterProtectionSourceOptions_Environment_Kphysical)
	other := s.NewRegisterProtectionSourceOptions(s.tenant, sdk.RegisterProtectionSourceOptions_Environment_Kkubernetes)
	get := s.NewGetProtectionSourceRegistrationOptions(noNumber, s.tenant)
	removal := s.NewDeleteProtectionSourceRegistrationOptions(noNumber, s.tenant)
	refresh := s.NewRefreshProtectionSourceByIdOptions(noNumber, s.tenant)
	refuseAll(t,
		bad(s.GetSourceRegistrations, s.NewGetSourceRegistrationsOptions("somebody-else/"), 403, "somebody-else/"),
		bad(s.RegisterProtectionSource, again, 409, "localhost"),
		bad(s.RegisterProtectionSource, lacking, 400, "physicalParams"),
		bad(s.RegisterProtectionSource, other, 422, "environment"),
		bad(s.GetProtectionSourceRegistration, get, 404, "987654321"),
		bad(s.UpdateProtectionSourceRegistration, s.updateSource(noNumber, "x"), 404, "987654321"),
		bad(s.PatchProtectionSourceRegistration, s.patchSource(noNumber), 404, "987654321"),
		badOrder(s.DeleteProtectionSourceRegistration, removal, 404, "987654321"),
		badOrder(s.RefreshProtectionSourceByID, refresh, 404, "987654321"),
	)
}
