package interop

import (
	"errors"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
)

func authenticatorOf(t *testing.T, s *service) *core.IamAuthenticator {
	t.Helper()
	authenticator, ok := s.Service.Options.Authenticator.(*core.IamAuthenticator)
	if !ok {
		t.Fatalf("the service authenticates with %T", s.Service.Options.Authenticator)
	}
	return authenticator
}

func TestTokenIsFetched(t *testing.T) {
	token, err := authenticatorOf(t, newService(t)).RequestToken()
	if err != nil {
		t.Fatal(err)
	}
	if token.AccessToken == "" || token.TokenType != "Bearer" || token.ExpiresIn <= 0 {
		t.Errorf("the token is of the type %q and lives for %d s", token.TokenType, token.ExpiresIn)
	}
	if token.Expiration < time.Now().Unix() {
		t.Errorf("the token has run out at %d", token.Expiration)
	}
}

func TestWrongKeyIsNoToken(t *testing.T) {
	s := serviceWith(t, "a-key-that-nobody-has")
	_, err := authenticatorOf(t, s).RequestToken()
	var refused *core.AuthenticationError
	if !errors.As(err, &refused) || refused.Response.StatusCode != 400 {
		t.Errorf("the authenticator says %v", err)
	}
	// The same from an operation: it is not sent, and what the identity service said is told.
	policies, response, err := s.GetProtectionPolicies(s.NewGetProtectionPoliciesOptions(s.tenant))
	if err == nil || policies != nil || response == nil || response.StatusCode != 400 {
		t.Fatalf("%v, %v, %v", policies, response, err)
	}
	var problem *core.HTTPProblem
	if !errors.As(err, &problem) || problem.Response.StatusCode != 400 {
		t.Errorf("the operation says %v", err)
	}
}

func TestStrangeTokenIsRefused(t *testing.T) {
	s := newService(t)
	authenticator, err := core.NewBearerTokenAuthenticator("a-token-that-nobody-has")
	if err != nil {
		t.Fatal(err)
	}
	s.Service.Options.Authenticator = authenticator
	_, problem := call(t, s.GetProtectionPolicies, s.NewGetProtectionPoliciesOptions(s.tenant))
	refused(t, problem, 401, "")
}
