// What the official OFREP provider for Go makes of Sluice's answers.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/open-feature/go-sdk-contrib/providers/ofrep"
	"github.com/open-feature/go-sdk/openfeature"
)

func client(domain, key string) *openfeature.Client {
	options := []ofrep.Option{}
	if key != "" {
		options = append(options, ofrep.WithBearerToken(key))
	}
	if err := openfeature.SetNamedProviderAndWait(domain, ofrep.NewProvider(os.Getenv("SLUICE_URL"), options...)); err != nil {
		fail(domain, err, nil)
	}
	return openfeature.NewClient(domain)
}

func fail(what string, found, expected any) {
	fmt.Printf("%s: %#v, not %#v\n", what, found, expected)
	os.Exit(1)
}

func same(what string, found, expected any) {
	if !reflect.DeepEqual(found, expected) {
		fail(what, found, expected)
	}
}

func person(key string, attributes map[string]any) openfeature.EvaluationContext {
	return openfeature.NewEvaluationContext(key, attributes)
}

func main() {
	ctx := context.Background()
	someone := person("customer-1", nil)
	server := client("server", os.Getenv("SLUICE_KEY"))

	on, _ := server.BooleanValueDetails(ctx, "bool", false, person("customer-1", map[string]any{"email": "ada@example.com"}))
	same("a rule", []any{on.Value, on.Variant, string(on.Reason)}, []any{true, "on", "TARGETING_MATCH"})
	same("its metadata", []any{on.FlagMetadata["team"], on.FlagMetadata["ruleId"]}, []any{"shop", "staff"})
	off, _ := server.BooleanValueDetails(ctx, "bool", true, person("customer-1", map[string]any{"email": "ada@example.org"}))
	same("the default", []any{off.Value, off.Variant, string(off.Reason)}, []any{false, "off", "DEFAULT"})
	path, _ := server.BooleanValue(ctx, "bool", false, person("", map[string]any{"address": map[string]any{"city": "Wien"}}))
	same("a path", path, true)
	text, _ := server.StringValue(ctx, "text", "", someone)
	same("text", text, "Grüß Gott 👋")
	whole, _ := server.IntValue(ctx, "whole", 0, someone)
	same("a whole number", whole, int64(7))
	asFloat, _ := server.FloatValue(ctx, "whole", 0, someone)
	same("a whole number as a float", asFloat, 7.0)
	part, _ := server.FloatValue(ctx, "part", 0, someone)
	same("a part", part, 1.5)
	object, _ := server.ObjectValue(ctx, "object", nil, someone)
	same("an object", object, map[string]any{"a": []any{1.0, "zwei", nil}, "b": map[string]any{"c": true}})
	code, _ := server.StringValue(ctx, "in code", "mine", someone)
	same("the default in the code", code, "mine")

	shares, err := os.ReadFile(os.Getenv("SHARES"))
	if err != nil {
		fail("shares", err, nil)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(shares)), "\n") {
		user, variant, _ := strings.Cut(line, " ")
		share, _ := server.StringValueDetails(ctx, "share", "", person(user, nil))
		same(user, share.Variant, variant)
	}

	unknown, _ := server.BooleanValueDetails(ctx, "nowhere", true, someone)
	same("an unknown flag", []any{unknown.Value, unknown.ErrorCode}, []any{true, openfeature.FlagNotFoundCode})
	other, _ := server.BooleanValueDetails(ctx, "text", true, someone)
	same("another type", []any{other.Value, other.ErrorCode}, []any{true, openfeature.TypeMismatchCode})
	for _, key := range []string{"ü & +1", "one/two"} {
		special, _ := server.BooleanValueDetails(ctx, key, false, someone)
		same(key, []any{special.Value, special.ErrorMessage}, []any{true, ""})
	}

	browser := client("browser", os.Getenv("SLUICE_CLIENT_KEY"))
	visible, _ := browser.BooleanValue(ctx, "bool", false, person("customer-1", map[string]any{"email": "ada@example.com"}))
	same("a client's flag", visible, true)
	hidden, _ := browser.BooleanValueDetails(ctx, "text", true, someone)
	same("a flag that isn't a client's", hidden.ErrorCode, openfeature.FlagNotFoundCode)
	for domain, key := range map[string]string{"no key": "", "another's key": "slc_server_production_" + strings.Repeat("0", 40)} {
		refused, _ := client(domain, key).BooleanValueDetails(ctx, "bool", true, someone)
		same(domain, []any{refused.Value, refused.ErrorCode, refused.ErrorMessage},
			[]any{true, openfeature.GeneralCode, "authentication/authorization error"})
	}
}
