package interop

import (
	"errors"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
)

func TestTokenIsFetched(t *testing.T) {
	authenticator := newService(t).base.Options.Authenticator.(*core.IamAuthenticator)
	token, err := authenticator.RequestToken()
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
	s := serviceWith(t, "a-key-that-nobody-has", setting(t, "STRONGROOM_TENANT"))
	_, err := s.base.Options.Authenticator.(*core.IamAuthenticator).RequestToken()
	var refused *core.AuthenticationError
	if !errors.As(err, &refused) || refused.Response.StatusCode != 400 {
		t.Errorf("the authenticator says %v", err)
	}
}
