// Generated from public/openapi.json by: npm run openapi

export interface paths {
    "/ofrep/v1/evaluate/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The whole rest of the path */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate one flag */
        post: operations["evaluateFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/evaluate/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evaluate all flags without a CORS preflight */
        get: operations["evaluateFlagsWithoutPreflight"];
        put?: never;
        /** Evaluate all flags */
        post: operations["evaluateFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hear of changes as they happen
         * @description A `text/event-stream` for `EventSource`, as in OFREP 0.3. It opens with `retry`, a comment and the `id` of the current version. An event says that answers may have changed: evaluate again, with its `etag` as `flagConfigEtag`, and the answer is from that version at least. Events come when something was written and when the window of a rule begins or ends; those within a moment are merged. Who connects without the current version as `Last-Event-ID` is sent one event at once. A comment follows every 20 seconds. The stream ends when its token does and when its key is deleted; the next bulk evaluation has an address that is good, or is refused.
         */
        get: operations["streamChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report exposures and outcomes
         * @description 1 to 500 events and 256 KiB; the content type is not insisted on, so that `navigator.sendBeacon` can send text. What is answered 202 is counted for good. One bad event doesn't sink the rest. A batch of the same `id` counts once within an hour, so after a failure the same batch can be sent again.
         */
        post: operations["recordEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is this isolate able to serve */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fetch all flags, to evaluate them in your own process
         * @description For server keys, and what `sluice/server` asks. Rules reach whoever holds a server key, e-mail addresses in them too; listed members of segments are digests only. Never has environment keys.
         */
        get: operations["serverSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `members` of the current snapshot */
                hash: string;
            };
            cookie?: never;
        };
        /**
         * Fetch the digests of listed members
         * @description 64 bits each, little-endian. Never changes under one hash.
         */
        get: operations["serverMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/alert": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report harm from outside: pauses a release, or takes it back
         * @description Signed by the scheme of Standard Webhooks with the release's own secret; at most 5 minutes old, and each id counts once. Monitors that can't sign or choose their body (Alertmanager, Grafana, Datadog) send the release's token as Bearer and `?action=` instead: any JSON is taken, its beginning kept as the cause, and one whose `status` is `resolved` does nothing. Neither can do anything else. 401 is the same whatever is missing or wrong.
         */
        post: operations["alertRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I, and what may I do
         * @description Needs the role viewer.
         */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in to the dashboard
         * @description Opens a session for whoever has the admin token in the body, and answers as `/me` does. The cookie stands for the token, for 12 hours at most and never longer than the token; of one token there are at most 20 sessions, of which the oldest ends. Held to the same-origin rule, and on plain http possible only on the machine itself. Needs no other credential.
         */
        post: operations["createSession"];
        /**
         * Sign out of the dashboard
         * @description Ends the session of the cookie that comes along, on the server too. Needs the role viewer.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List environments
         * @description Needs the role viewer.
         */
        get: operations["listEnvironments"];
        put?: never;
        /**
         * Create an environment
         * @description `copyFrom` copies the flags and segments of another environment; keys and settings are not copied. Needs the role admin.
         */
        post: operations["createEnvironment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * Show an environment
         * @description Needs the role viewer.
         */
        get: operations["getEnvironment"];
        put?: never;
        post?: never;
        /**
         * Delete an environment with all that is in it
         * @description There is no way back. The name must be repeated in `confirm`; its keys stop working within 5 s. Needs the role admin.
         */
        delete: operations["deleteEnvironment"];
        options?: never;
        head?: never;
        /**
         * Change an environment's description and settings
         * @description One write, whatever it changes. `requiresApproval` says how many others have to consent to a change of what is evaluated, 0 for none; turning off, lowering a share to 0, taking back, pausing and cancelling never wait. `approvalBy` says whose consent counts: of `any` others who may make the change, or only of people signed in by `access`. A token counts as the person or token that made it. What would need less consent than before needs consent itself. `sampling` says whether a sample of evaluated contexts is kept, for previews, and what of them; a change of it forgets what was kept. What isn't given stays. Needs the role admin.
         */
        patch: operations["patchEnvironment"];
        trace?: never;
    };
    "/admin/v1/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List flags over all environments
         * @description Those that fit in at least one of the environments, each with a line for every environment that the caller may enter, or for those in `environments` (names with commas between them). One that can't be reached is a line with `unavailable`. Needs the role viewer.
         */
        get: operations["listFlagsEverywhere"];
        put?: never;
        /**
         * Create a flag in several environments
         * @description In each as written, disabled where `enabled` is left out. Each environment is written by itself, as by a PUT there, and says what came of it; a flag that exists is never replaced (409). Needs the role editor.
         */
        post: operations["createFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a flag over all environments
         * @description A line for every environment that the caller may enter. 404 when none of them has it. Needs the role viewer.
         */
        get: operations["getFlagEverywhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * Watch an environment: names of what changes, as it changes
         * @description Server-sent events: `version` `{ version, flags, segments }` (keys; absent where more than 100 changed, or where nobody knows what the client has), `release` `{ flag, id, state }`, `request` `{ id, state }`; a comment every 20 s. The id of each is the version of the environment: `Last-Event-ID`, or `since` for a first connection, asks what came after it. Bodies never travel: ask for what changed. Ends within 30 s of the credential. Needs the role viewer.
         */
        get: operations["watchEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List flags
         * @description Needs the role viewer.
         */
        get: operations["listFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a flag
         * @description Needs the role viewer.
         */
        get: operations["getFlag"];
        /**
         * Create or replace a flag
         * @description Of a boolean flag `{ "type": "boolean" }` is enough: variants `on` and `off`, and `off` for everybody. Other types need `variants` and `default`. Needs the role editor.
         */
        put: operations["putFlag"];
        post?: never;
        /**
         * Archive a flag
         * @description Evaluations answer FLAG_NOT_FOUND. Refused (409) while others depend on it; can be restored. Needs the role editor.
         */
        delete: operations["archiveFlag"];
        options?: never;
        head?: never;
        /**
         * Change parts of a flag
         * @description An RFC 7396 merge patch; a list such as `rules` is replaced whole. Needs the role editor.
         */
        patch: operations["patchFlag"];
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring an archived flag back, or a flag's earlier state
         * @description With `version`, the flag becomes what it was at that version (409 while it is being released); without, it comes out of the archive as it is. A dry run answers the flag as it would be, with the difference, and for whom of the sample it would change something. Needs the role editor.
         */
        post: operations["restoreFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn a flag off for everyone, at once
         * @description Needs the role operator.
         */
        post: operations["disableFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn a flag on again
         * @description Needs the role operator.
         */
        post: operations["enableFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/rollout": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Set how many take part
         * @description Of the rule named, or of the flag's `default`. Growing keeps everyone in; lowering takes out those who came in last. Needs the role operator.
         */
        put: operations["setRollout"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * What was done to a flag, newest first
         * @description Needs the role viewer.
         */
        get: operations["flagHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * What was counted of a flag, by variant, cohort and source
         * @description Of the gate's requests, and of what was reported. A minute closes 30 s after its end. What a client key reported anybody can have made up. Needs the role viewer.
         */
        get: operations["flagMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * What a dark launch of this flag saw
         * @description Of what gates asked in the dark, and of comparisons that were reported. Minutes are kept for two days, then hours for sixty. Needs the role viewer.
         */
        get: operations["flagShadow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/experiment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * What an experiment has found so far
         * @description Lift of every outcome and variant over the baseline, with intervals that hold however often one looks, and whether people fell to the variants as configured. For flags of the kind experiment. Needs the role viewer.
         */
        get: operations["flagExperiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List releases of all flags, live ones first, then those made last
         * @description Needs the role viewer.
         */
        get: operations["listAllReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * List a flag's releases, latest first
         * @description Needs the role viewer.
         */
        get: operations["listReleases"];
        put?: never;
        /**
         * Release a rule, or the default, of a flag by a plan
         * @description Starts at once, at `startAt`, or after a freeze. `plan` is a plan, or the name of one that is kept, whose revisions the release then follows, or of a preset. A flag has one live release at most. Refused (409) where it would take people out who have the change now, unless `lower` says so, and (422) where a guardrail names a metric that nobody has defined or reported here. Needs the role operator.
         */
        post: operations["createRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        /**
         * Show a release: where it is, why, and what happens next
         * @description Needs the role viewer.
         */
        get: operations["getRelease"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        /**
         * Show what became of each stage
         * @description As JSON, or, for who asks for `text/html`, as a page that prints. Needs the role viewer.
         */
        get: operations["releaseReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a release; guardrails are still watched
         * @description Needs the role operator.
         */
        post: operations["pauseRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a release that is paused, or suspended by a change by hand
         * @description A suspended one goes on with the percentage that was set by hand, from the beginning of its stage. Needs the role operator.
         */
        post: operations["resumeRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Consent to going past the present stage
         * @description Counts once, for one stage of one revision of the plan. The gate says which role may, and whether the author may. Needs the role operator.
         */
        post: operations["approveRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/advance": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on to the next stage now
         * @description Refused (409) while a guard is in harm, without data, invalid or not yet judged in this stage, past a closed gate, and in a freeze. An admin's `force`, with a comment, goes past gates and missing data, and the report says so. Needs the role operator.
         */
        post: operations["advanceRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on to the last stage now
         * @description Refused (409) while a guard is in harm, without data, invalid or not yet judged in this stage, past a closed gate, and in a freeze. An admin's `force`, with a comment, goes past gates and missing data, and the report says so. Needs the role operator.
         */
        post: operations["promoteRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/unrelease": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a release back, at once
         * @description One write: the released rule's percentage is 0, the rules of stages are gone. Needs no approval, gate or data. Needs the role operator.
         */
        post: operations["unrelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a release and leave the percentage as it is
         * @description Needs the role operator.
         */
        post: operations["cancelRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put up with the present alarms for this stage
         * @description Of signals, and of guards where only client keys reported harm. Other harm can't be put up with. Needs the role operator.
         */
        post: operations["acknowledgeRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/flags/{key}/releases/{id}/alert-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a release a secret that alerts about it are signed with, and a token for monitors that can't sign
         * @description Both are in this answer and nowhere else; those before, if there were any, count no more. Needs the role operator.
         */
        post: operations["createAlertSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/plans": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List plans
         * @description Needs the role viewer.
         */
        get: operations["listPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/plans/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a plan
         * @description Needs the role viewer.
         */
        get: operations["getPlan"];
        /**
         * Create or revise a plan
         * @description Live releases that name it follow; refused (409) where it would change a stage that one has entered. Needs the role editor.
         */
        put: operations["putPlan"];
        post?: never;
        /**
         * Delete a plan that no live release follows
         * @description Needs the role editor.
         */
        delete: operations["deletePlan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/plans/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say how long a plan would take, and what harm it could see
         * @description In whole seconds from each stage's entry, bake and warm-up included; by the traffic of the last 7 days, unless it is given. As if people were alike: where a few make most of the requests it takes longer. Nothing is written. Needs the role viewer.
         */
        post: operations["previewPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/plans/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List plans that everybody has, by traffic
         * @description Usable by name; a plan that is kept under the name wins. Needs the role viewer.
         */
        get: operations["listPresets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/segments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List segments
         * @description Needs the role viewer.
         */
        get: operations["listSegments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/segments/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a segment
         * @description Needs the role viewer.
         */
        get: operations["getSegment"];
        /**
         * Create or replace a segment
         * @description Needs the role editor.
         */
        put: operations["putSegment"];
        post?: never;
        /**
         * Delete a segment
         * @description Refused (409) while flags or segments use it; the answer names them. Needs the role editor.
         */
        delete: operations["deleteSegment"];
        options?: never;
        head?: never;
        /**
         * Change parts of a segment
         * @description Needs the role editor.
         */
        patch: operations["patchSegment"];
        trace?: never;
    };
    "/admin/v1/environments/{env}/segments/{key}/members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * List the listed members of a segment
         * @description In the order in which they were added. A walk from page to page shows the list as it was at its first page, whatever is written meanwhile. Needs the role viewer.
         */
        get: operations["listMembers"];
        put?: never;
        /**
         * Add and remove listed members
         * @description Long lists are made in chunks, each a body of at most 4 MiB; every answer counts the members so far. All lists of an environment together may have 1 000 000 members and 48 MiB of JSON; a write that would make more is refused (422). Needs the role editor.
         */
        post: operations["changeMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * What was done, newest first
         * @description Whole resources before and after; the listed members of a segment are counted (`{ "count": n }`). A page may end before its limit when what it shows gets long. Needs the role viewer.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * Check that the log is whole
         * @description Goes through all entries and the texts that they refer to. Keep `head` elsewhere: whoever could rewrite the whole log can't give it the same one. Needs the role viewer.
         */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List versions, newest first
         * @description Needs the role viewer.
         */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/versions/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a version with all its flags and segments
         * @description Needs the role viewer.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/versions/{key}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring back an earlier version, as a new one
         * @description Flags and segments become what they were; keys and settings stay. Nothing happens where nothing differs. Flags that are being released stay as they are, unless `releases` is `cancel`. `preview` says for whom of the sample it changes something. Needs the role editor.
         */
        post: operations["restoreVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What flags serve to a context, and why
         * @description One flag, or all live ones whatever their `clientSide`, as a server key would get them. The inside of a segment is left out where the answer would become too long. Needs the role viewer.
         */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What changes would change for whom
         * @description Nothing is written; what the batch would be refused for is refused. Flags are listed that the batch names, and those for which value or variant changes, with at most 5 examples each. Without contexts, the sample of recent ones is used, where the environment keeps one. What takes longer than 15 s ends early: `of` says how many contexts were tried. Needs the role viewer.
         */
        post: operations["preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * Export flags and segments as one document
         * @description Needs the role viewer.
         */
        get: operations["exportFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a document
         * @description Puts the document's flags and segments in place of those by the same names, archived ones too, and leaves the others alone. All or none, in one version, unless `partial=true`: then what isn't valid is left out and listed as refused, and so is what needs it. At most 16 MiB. Needs the role editor.
         */
        post: operations["importFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Promote flags from another environment
         * @description The flags, and the segments and flags that they need, become what they are there, in one version. Shares of rollouts and `enabled` stay as they are here unless `include` names them, and a flag that is being released here is left as it is (409 where `flags` names it); `kept` says both. Others are left alone. The caller must be allowed to enter both environments. Needs the role editor.
         */
        post: operations["promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply a batch of changes, all or none
         * @description At most one version comes of it. References are judged after all of the changes. Needs the role operator.
         */
        post: operations["applyChanges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what a change would do, and keep it to be committed
         * @description Exactly one of `changes`, `release` and `promote`, as the routes of these take them. Makes no version and no entry in the log. `needs` says what committing would need: `nothing`, the `approval` of others, or a role that the caller doesn't have. It is kept for its caller for 15 minutes: at most 256 KiB each, 20 of one caller and 200 in all, of which the oldest goes. Needs the role viewer.
         */
        post: operations["propose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/proposals/{key}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make exactly what was proposed, once
         * @description As the ordinary route would, with its answer. 409 when something that it touches was changed since, or it was committed before; 404 for anybody but who proposed it, and after 15 minutes. Needs the role that the change itself needs. Needs the role operator.
         */
        post: operations["commitProposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List outcomes
         * @description Those that have been defined, those that every environment has, and those that were reported and have a place among the 200. One that isn't defined counts each time. Needs the role viewer.
         */
        get: operations["listMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/metrics/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show how an outcome is defined
         * @description Needs the role viewer.
         */
        get: operations["getMetric"];
        /**
         * Define how an outcome is counted
         * @description `unit` counts each targeting key once, with its first exposure; `event` counts every one, when it happened. Holds for what is reported from then on. Needs the role editor.
         */
        put: operations["putMetric"];
        post?: never;
        /**
         * End the definition of an outcome
         * @description Needs the role editor.
         */
        delete: operations["deleteMetric"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List environment keys
         * @description Needs the role viewer.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create an environment key
         * @description The secret is in this answer and nowhere else. Needs the role admin.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an environment key
         * @description Needs the role admin.
         */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a tester see a variant
         * @description The answer's `override`, sent as a header or a cookie by the name `Sluice-Override`, makes gates and canaries serve this variant of this flag of this environment, to whoever sends it, until it expires: in a day, unless `expiresAt` says else, and in 7 days at most. Nothing of it is stored but that it was made, in the log. It can't be taken back; another `OVERRIDE_SECRET` ends all of them. 409 where that secret isn't set. Needs the role operator.
         */
        post: operations["createOverride"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/change-requests": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List changes that wait, or waited, for consent, newest first
         * @description Needs the role viewer.
         */
        get: operations["listChangeRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/change-requests/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a change request, and what it would do
         * @description Needs the role viewer.
         */
        get: operations["getChangeRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/change-requests/{key}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Consent to a change
         * @description Whoever asked for it can't, and nobody counts twice; it needs the role that the change itself does. The last consent that is needed makes the change, as its author. 409 when what it would change was changed meanwhile: then all consent is dropped, and the change has to be asked for anew. Needs the role operator.
         */
        post: operations["approveChangeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/change-requests/{key}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse a change, or take back one's own
         * @description Needs the role operator.
         */
        post: operations["rejectChangeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Needs the role admin.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description It is told, by POST, when a person has to decide (`decision`), of harm (`harm`), and of the end of a release (`end`), signed by the scheme of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The body is `{ type, timestamp, data: { environment, text, … } }`, or for Slack `{ text }`. A message counts as delivered when the answer is 2xx within 5 s; else it is sent again for a day, at growing pauses, so it may come more than once: `webhook-id` says whether it did. The secret is in this answer and nowhere else. Needs the role admin.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * Show a webhook
         * @description Needs the role admin.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook, with its deliveries
         * @description Needs the role admin.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description What isn't given stays. What is still to be sent goes to the new address, signed with the new secret. Needs the role admin.
         */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks/{key}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook a message to try it
         * @description Needs the role admin.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks/{key}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        /**
         * What was sent to a webhook, newest first
         * @description Kept for 30 days, 500 messages at most; of each the latest 20 attempts. Bodies are not shown. Needs the role admin.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks/{key}/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        /**
         * Show what became of a message
         * @description Needs the role admin.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/environments/{env}/webhooks/{key}/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message once more, with the same `webhook-id`
         * @description Needs the role admin.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List admin tokens
         * @description Those that reach no further than the caller. Needs the role viewer.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create an admin token
         * @description The secret is in this answer and nowhere else. A token can't be made that may do more, reaches further or lives longer than the credential that makes it. Needs the role admin.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/tokens/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an admin token, at once
         * @description Needs the role admin.
         */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done to environments as a whole and to tokens, newest first
         * @description Needs a credential for all environments. Needs the role admin.
         */
        get: operations["workspaceAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether that log is whole
         * @description Needs a credential for all environments. Needs the role admin.
         */
        get: operations["verifyWorkspaceAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ConditionInput: {
            all: components["schemas"]["ConditionInput"][];
        } | {
            any: components["schemas"]["ConditionInput"][];
        } | {
            not: components["schemas"]["ConditionInput"];
        } | {
            segment: string;
        } | {
            flag: string;
            variants: string[];
        } | {
            bucket: {
                /** @default targetingKey */
                by?: string | string[];
                /**
                 * @default murmur3
                 * @enum {string}
                 */
                hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                salt: string;
                /** @enum {string} */
                as?: "id" | "string" | "text" | "truthy";
                places?: number;
                from: number;
                to: number;
            } | {
                /** @default targetingKey */
                by?: string | string[];
                /**
                 * @default murmur3
                 * @enum {string}
                 */
                hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                salt: string;
                /** @enum {string} */
                as?: "id" | "string" | "text" | "truthy";
                places?: number;
                ranges: {
                    from: number;
                    to: number;
                }[];
            };
        } | {
            window: {
                /** @default null */
                from?: string | null;
                /** @default null */
                until?: string | null;
            };
        } | ({
            attribute: string;
            /** @constant */
            operator: "in";
            values: (string | number | boolean)[];
            /** @enum {string} */
            as?: "each" | "whole" | "text" | "number" | "truth";
            /** @default false */
            ignoreCase?: boolean;
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "contains" | "startsWith" | "endsWith" | "matches";
            values: string[];
            /** @enum {string} */
            as?: "each" | "whole" | "text";
            /** @default false */
            ignoreCase?: boolean;
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "lessThan" | "atMost" | "greaterThan" | "atLeast";
            values: (number | string)[];
            /** @enum {string} */
            as?: "each" | "typed" | "whole" | "text" | "number";
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "before" | "after";
            values: (number | string)[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "semver";
            values: string[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "version";
            /** @enum {string} */
            scheme: "strict" | "prefixed" | "partial" | "loose" | "padded";
            values: string[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "cidr";
            values: string[];
            /** @enum {string} */
            as?: "each" | "text";
        } | {
            attribute: string;
            /** @constant */
            operator: "type";
            values: ("string" | "number" | "boolean" | "array" | "object")[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "containsAll";
            values: (string | number | boolean)[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "exists";
            /** @default [] */
            values?: unknown[];
            /** @enum {string} */
            as?: "each";
        });
        RuleInput: {
            id?: string;
            /** @default  */
            name?: string;
            /**
             * @default {
             *       "all": []
             *     }
             */
            when?: components["schemas"]["ConditionInput"];
            /**
             * @default {
             *       "from": null,
             *       "until": null
             *     }
             */
            window?: {
                /** @default null */
                from?: string | null;
                /** @default null */
                until?: string | null;
            };
            serve: {
                variant: string;
            } | {
                rollout: {
                    percentage: number;
                    split: {
                        variant: string;
                        weight: number;
                    }[];
                    /** @default null */
                    otherwise?: string | null;
                    /** @default targetingKey */
                    by?: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent?: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                } | {
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                    /** @default null */
                    otherwise?: string | null;
                    /** @default targetingKey */
                    by?: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent?: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                };
            } | {
                /** @constant */
                codeDefault: true;
            };
        };
        FlagInput: {
            key: string;
            /** @enum {string} */
            type: "boolean" | "string" | "number" | "object";
            variants: {
                [key: string]: unknown;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            offVariant?: string | null;
            /** @default [] */
            prerequisites?: {
                flag: string;
                variants: string[];
            }[];
            /** @default [] */
            rules?: components["schemas"]["RuleInput"][];
            default: {
                variant: string;
            } | {
                rollout: {
                    percentage: number;
                    split: {
                        variant: string;
                        weight: number;
                    }[];
                    /** @default null */
                    otherwise?: string | null;
                    /** @default targetingKey */
                    by?: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent?: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                } | {
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                    /** @default null */
                    otherwise?: string | null;
                    /** @default targetingKey */
                    by?: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent?: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                };
            } | {
                /** @constant */
                codeDefault: true;
            };
            /** @default 0 */
            shadow?: number;
            /** @default false */
            clientSide?: boolean;
            /**
             * @default release
             * @enum {string}
             */
            kind?: "release" | "experiment" | "operational" | "permission";
            /** @default  */
            description?: string;
            /** @default  */
            owner?: string;
            /** @default [] */
            tags?: string[];
            /** @default {} */
            metadata?: {
                [key: string]: string | number | boolean;
            };
        };
        SegmentInput: {
            key: string;
            /** @default  */
            name?: string;
            /** @default [] */
            include?: string[];
            /** @default [] */
            exclude?: string[];
            /** @default targetingKey */
            by?: string;
            /**
             * @default {
             *       "any": []
             *     }
             */
            when?: components["schemas"]["ConditionInput"];
            /** @default  */
            description?: string;
        };
        PlanInput: {
            stages: {
                name: string;
                /** @description Share of the released rule */
                percentage?: number;
                /** @description Short for `when: { segment }` */
                segment?: string;
                when?: components["schemas"]["ConditionInput"];
                /** @description Share of requests on which the candidate also runs, unseen */
                shadow?: number;
                /**
                 * @default 0s
                 * @example 30m
                 * @example 1h30m
                 */
                minBake?: string;
                /**
                 * @description The stage's first minutes, that count for no evidence: as long as the cold start
                 * @default 3m
                 * @example 30m
                 * @example 1h30m
                 */
                warmup?: string;
                /** @default 0 */
                minExposures?: number;
                /** @default [] */
                gates?: ({
                    approval: {
                        /**
                         * @default operator
                         * @enum {string}
                         */
                        role?: "viewer" | "operator" | "editor" | "admin";
                        /** @default false */
                        notAuthor?: boolean;
                    };
                } | {
                    webhook: {
                        /**
                         * Format: uri
                         * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                         */
                        url: string;
                        /** @description `whsec_` and the base64 of 24 to 64 bytes */
                        secret?: string;
                        /**
                         * @default 10s
                         * @example 30m
                         * @example 1h30m
                         */
                        timeout?: string;
                    };
                })[];
                /**
                 * @description Last stage only: how long it is watched before it is complete
                 * @example 30m
                 * @example 1h30m
                 */
                watch?: string;
            }[];
            /**
             * @description `errors` (guard) and `latency` (signal) unless given
             * @default [
             *       {
             *         "metric": "errors",
             *         "role": "guard"
             *       },
             *       {
             *         "metric": "latency",
             *         "role": "signal"
             *       }
             *     ]
             */
            guardrails?: {
                metric: string;
                /**
                 * @default guard
                 * @enum {string}
                 */
                role?: "guard" | "signal" | "watch";
                /**
                 * @default increase
                 * @enum {string}
                 */
                harm?: "increase" | "decrease";
                /** @default 1 */
                tolerate?: number;
                /** @default 2 */
                detect?: number;
                /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                minAbsolute?: number;
                ceiling?: number | string;
                /** @default 1 */
                weight?: number;
                /**
                 * @description Of a signal: whether the release waits until it is healthy, as for a guard
                 * @default true
                 */
                hold?: boolean;
                /** @enum {string} */
                per?: "unit" | "event";
                /**
                 * @example 30m
                 * @example 1h30m
                 */
                window?: string;
                expect?: string;
            }[];
            /** @default 0.01 */
            alpha?: number;
            /** @default 0.1 */
            beta?: number;
            /**
             * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
             * @default 24h
             * @example 30m
             * @example 1h30m
             */
            maxBake?: string;
            /** @default 0 */
            holdback?: number;
            /**
             * @default unrelease
             * @enum {string}
             */
            onHarm?: "unrelease" | "disable" | "pause";
            /**
             * @description `before`: the share served before the release, never more than now
             * @default zero
             * @enum {string}
             */
            unreleaseTo?: "zero" | "before";
            /**
             * @description When a side is over a ceiling and treatment isn't seen to be worse
             * @default pause
             * @enum {string}
             */
            onCeiling?: "pause" | "unrelease";
            /**
             * @default hold
             * @enum {string}
             */
            onInconclusive?: "hold" | "pause" | "unrelease" | "advance";
            /**
             * @default hold
             * @enum {string}
             */
            onNoData?: "hold" | "pause" | "unrelease";
            /** @default [] */
            freeze?: string[];
            /** @default false */
            trustClients?: boolean;
        };
        EventBatch: {
            /** @description Counts once within an hour */
            id: string;
            events: ({
                /** @constant */
                type: "exposure";
                flag: string;
                variant: string;
                targetingKey: string | number;
                cohort?: string;
                at?: string | number;
            } | {
                /** @constant */
                type: "outcome";
                metric: string;
                /** @default 1 */
                value?: number;
                targetingKey?: string | number;
                flag?: string;
                variant?: string;
                cohort?: string;
                at?: string | number;
            } | {
                /** @constant */
                type: "comparison";
                flag: string;
                match: boolean;
                difference?: string;
                controlMs: number;
                candidateMs: number;
                candidateError?: string;
            })[];
        };
        Condition: {
            all: components["schemas"]["Condition"][];
        } | {
            any: components["schemas"]["Condition"][];
        } | {
            not: components["schemas"]["Condition"];
        } | {
            segment: string;
        } | {
            flag: string;
            variants: string[];
        } | {
            bucket: {
                /** @default targetingKey */
                by: string | string[];
                /**
                 * @default murmur3
                 * @enum {string}
                 */
                hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                salt: string;
                /** @enum {string} */
                as?: "id" | "string" | "text" | "truthy";
                places?: number;
                from: number;
                to: number;
            } | {
                /** @default targetingKey */
                by: string | string[];
                /**
                 * @default murmur3
                 * @enum {string}
                 */
                hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                salt: string;
                /** @enum {string} */
                as?: "id" | "string" | "text" | "truthy";
                places?: number;
                ranges: {
                    from: number;
                    to: number;
                }[];
            };
        } | {
            window: {
                /** @default null */
                from: string | null;
                /** @default null */
                until: string | null;
            };
        } | ({
            attribute: string;
            /** @constant */
            operator: "in";
            values: (string | number | boolean)[];
            /** @enum {string} */
            as?: "each" | "whole" | "text" | "number" | "truth";
            /** @default false */
            ignoreCase: boolean;
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "contains" | "startsWith" | "endsWith" | "matches";
            values: string[];
            /** @enum {string} */
            as?: "each" | "whole" | "text";
            /** @default false */
            ignoreCase: boolean;
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "lessThan" | "atMost" | "greaterThan" | "atLeast";
            values: (number | string)[];
            /** @enum {string} */
            as?: "each" | "typed" | "whole" | "text" | "number";
        } | {
            attribute: string;
            /** @enum {string} */
            operator: "before" | "after";
            values: (number | string)[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "semver";
            values: string[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "version";
            /** @enum {string} */
            scheme: "strict" | "prefixed" | "partial" | "loose" | "padded";
            values: string[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "cidr";
            values: string[];
            /** @enum {string} */
            as?: "each" | "text";
        } | {
            attribute: string;
            /** @constant */
            operator: "type";
            values: ("string" | "number" | "boolean" | "array" | "object")[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "containsAll";
            values: (string | number | boolean)[];
            /** @enum {string} */
            as?: "each";
        } | {
            attribute: string;
            /** @constant */
            operator: "exists";
            /** @default [] */
            values: unknown[];
            /** @enum {string} */
            as?: "each";
        });
        Flag: {
            key: string;
            /** @enum {string} */
            type: "boolean" | "string" | "number" | "object";
            variants: {
                [key: string]: unknown;
            };
            /** @default true */
            enabled: boolean;
            /** @default null */
            offVariant: string | null;
            /** @default [] */
            prerequisites: {
                flag: string;
                variants: string[];
            }[];
            rules: {
                id: string;
                /** @default  */
                name: string;
                /**
                 * @default {
                 *       "all": []
                 *     }
                 */
                when: components["schemas"]["Condition"];
                /**
                 * @default {
                 *       "from": null,
                 *       "until": null
                 *     }
                 */
                window: {
                    /** @default null */
                    from: string | null;
                    /** @default null */
                    until: string | null;
                };
                serve: {
                    variant: string;
                } | {
                    rollout: {
                        percentage: number;
                        split: {
                            variant: string;
                            weight: number;
                        }[];
                        /** @default null */
                        otherwise: string | null;
                        /** @default targetingKey */
                        by: string | string[];
                        salt?: string;
                        /**
                         * @default murmur3
                         * @enum {string}
                         */
                        hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                        /** @enum {string} */
                        as?: "id" | "string" | "text" | "truthy";
                        places?: number;
                        /** @default otherwise */
                        absent: ("otherwise" | "skip" | "first") | {
                            variant: string;
                        };
                    } | {
                        ranges: {
                            variant: string;
                            from: number;
                            to: number;
                        }[];
                        /** @default null */
                        otherwise: string | null;
                        /** @default targetingKey */
                        by: string | string[];
                        salt?: string;
                        /**
                         * @default murmur3
                         * @enum {string}
                         */
                        hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                        /** @enum {string} */
                        as?: "id" | "string" | "text" | "truthy";
                        places?: number;
                        /** @default otherwise */
                        absent: ("otherwise" | "skip" | "first") | {
                            variant: string;
                        };
                    };
                } | {
                    /** @constant */
                    codeDefault: true;
                };
            }[];
            default: {
                variant: string;
            } | {
                rollout: {
                    percentage: number;
                    split: {
                        variant: string;
                        weight: number;
                    }[];
                    /** @default null */
                    otherwise: string | null;
                    /** @default targetingKey */
                    by: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                } | {
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                    /** @default null */
                    otherwise: string | null;
                    /** @default targetingKey */
                    by: string | string[];
                    salt?: string;
                    /**
                     * @default murmur3
                     * @enum {string}
                     */
                    hash: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                    /** @enum {string} */
                    as?: "id" | "string" | "text" | "truthy";
                    places?: number;
                    /** @default otherwise */
                    absent: ("otherwise" | "skip" | "first") | {
                        variant: string;
                    };
                };
            } | {
                /** @constant */
                codeDefault: true;
            };
            /** @default 0 */
            shadow: number;
            /** @default false */
            clientSide: boolean;
            /**
             * @default release
             * @enum {string}
             */
            kind: "release" | "experiment" | "operational" | "permission";
            /** @default  */
            description: string;
            /** @default  */
            owner: string;
            /** @default [] */
            tags: string[];
            /** @default {} */
            metadata: {
                [key: string]: string | number | boolean;
            };
        };
        FlagView: {
            flag: components["schemas"]["Flag"];
            /** @description Version of the environment */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
            /** Format: date-time */
            archivedAt?: string;
            /**
             * Format: date-time
             * @description Up to an hour early; not part of what the entity tag counts
             */
            lastEvaluatedAt?: string;
            /** @description The latest, while it is live and after; not part of what the entity tag counts */
            release?: {
                id: string;
                /** @enum {string} */
                state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                /** @description Absent: the flag's default */
                rule?: string;
                /** @description Absent before the start */
                stage?: string;
                /** @description The released rule's share */
                percentage: number;
                /**
                 * Format: date-time
                 * @description When the present state of the present stage began
                 */
                since: string;
            };
            /** @description What the caller may do with it now, and why not what not; not part of what the entity tag counts */
            actions: {
                /**
                 * @description Name of the operation
                 * @enum {string}
                 */
                action: "whoAmI" | "createSession" | "deleteSession" | "listEnvironments" | "createEnvironment" | "getEnvironment" | "patchEnvironment" | "deleteEnvironment" | "listFlagsEverywhere" | "createFlag" | "getFlagEverywhere" | "watchEnvironment" | "listFlags" | "getFlag" | "putFlag" | "patchFlag" | "archiveFlag" | "restoreFlag" | "disableFlag" | "enableFlag" | "setRollout" | "flagHistory" | "flagMetrics" | "flagShadow" | "flagExperiment" | "listAllReleases" | "listReleases" | "createRelease" | "getRelease" | "releaseReport" | "pauseRelease" | "resumeRelease" | "approveRelease" | "advanceRelease" | "promoteRelease" | "unrelease" | "cancelRelease" | "acknowledgeRelease" | "createAlertSecret" | "listPlans" | "getPlan" | "putPlan" | "previewPlan" | "listPresets" | "deletePlan" | "listSegments" | "getSegment" | "putSegment" | "patchSegment" | "deleteSegment" | "listMembers" | "changeMembers" | "listAudit" | "verifyAudit" | "listVersions" | "getVersion" | "restoreVersion" | "evaluate" | "preview" | "exportFlags" | "importFlags" | "promote" | "applyChanges" | "propose" | "commitProposal" | "listMetrics" | "getMetric" | "putMetric" | "deleteMetric" | "listKeys" | "createKey" | "deleteKey" | "createOverride" | "listChangeRequests" | "getChangeRequest" | "approveChangeRequest" | "rejectChangeRequest" | "listWebhooks" | "createWebhook" | "getWebhook" | "patchWebhook" | "deleteWebhook" | "testWebhook" | "listDeliveries" | "getDelivery" | "redeliver" | "listTokens" | "createToken" | "deleteToken" | "workspaceAudit" | "verifyWorkspaceAudit";
                allowed: boolean;
                /** @description Why not; for a person */
                why?: string;
            }[];
            /** @description Present when it has outlived its use; not part of what the entity tag counts */
            stale?: {
                /** Format: date-time */
                since: string;
                /** @enum {string} */
                why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue";
            };
        };
        Segment: {
            key: string;
            /** @default  */
            name: string;
            /** @default [] */
            include: string[];
            /** @default [] */
            exclude: string[];
            /** @default targetingKey */
            by: string;
            /**
             * @default {
             *       "any": []
             *     }
             */
            when: components["schemas"]["Condition"];
            /** @default  */
            description: string;
        };
        SegmentView: {
            segment: components["schemas"]["Segment"] | {
                key: string;
                /** @default  */
                name: string;
                include: {
                    count: number;
                };
                exclude: {
                    count: number;
                };
                /** @default targetingKey */
                by: string;
                /**
                 * @default {
                 *       "any": []
                 *     }
                 */
                when: components["schemas"]["Condition"];
                /** @default  */
                description: string;
            };
            /** @description Version of the environment */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
            /** @description How many are listed. Lists of more than 4 MiB of JSON together are shown by these counts in `segment` too, which no write takes for lists: change such a segment by a patch that doesn't name them, or through its members */
            members: {
                include: number;
                exclude: number;
            };
        };
        Release: {
            id: string;
            /** @enum {string} */
            state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
            /** @description Absent: the flag's default */
            rule?: string;
            /** @description Absent before the start */
            stage?: string;
            /** @description The released rule's share */
            percentage: number;
            /**
             * Format: date-time
             * @description When the present state of the present stage began
             */
            since: string;
            flag: string;
            /** @description Without the secrets of its webhooks */
            plan: {
                stages: {
                    name: string;
                    /** @description Share of the released rule */
                    percentage?: number;
                    /** @description Short for `when: { segment }` */
                    segment?: string;
                    when?: components["schemas"]["Condition"];
                    /** @description Share of requests on which the candidate also runs, unseen */
                    shadow?: number;
                    /**
                     * @default 0s
                     * @example 30m
                     * @example 1h30m
                     */
                    minBake: string;
                    /**
                     * @description The stage's first minutes, that count for no evidence: as long as the cold start
                     * @default 3m
                     * @example 30m
                     * @example 1h30m
                     */
                    warmup: string;
                    /** @default 0 */
                    minExposures: number;
                    /** @default [] */
                    gates: ({
                        approval: {
                            /**
                             * @default operator
                             * @enum {string}
                             */
                            role: "viewer" | "operator" | "editor" | "admin";
                            /** @default false */
                            notAuthor: boolean;
                        };
                    } | {
                        webhook: {
                            /**
                             * Format: uri
                             * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                             */
                            url: string;
                            /** @description `whsec_` and the base64 of 24 to 64 bytes */
                            secret?: string;
                            /**
                             * @default 10s
                             * @example 30m
                             * @example 1h30m
                             */
                            timeout: string;
                        };
                    })[];
                    /**
                     * @description Last stage only: how long it is watched before it is complete
                     * @example 30m
                     * @example 1h30m
                     */
                    watch?: string;
                }[];
                /** @description `errors` (guard) and `latency` (signal) unless given */
                guardrails: {
                    metric: string;
                    /**
                     * @default guard
                     * @enum {string}
                     */
                    role: "guard" | "signal" | "watch";
                    /**
                     * @default increase
                     * @enum {string}
                     */
                    harm: "increase" | "decrease";
                    /** @default 1 */
                    tolerate: number;
                    /** @default 2 */
                    detect: number;
                    /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                    minAbsolute?: number;
                    ceiling?: number | string;
                    /** @default 1 */
                    weight: number;
                    /**
                     * @description Of a signal: whether the release waits until it is healthy, as for a guard
                     * @default true
                     */
                    hold: boolean;
                    /** @enum {string} */
                    per?: "unit" | "event";
                    /**
                     * @example 30m
                     * @example 1h30m
                     */
                    window?: string;
                    expect?: string;
                }[];
                /** @default 0.01 */
                alpha: number;
                /** @default 0.1 */
                beta: number;
                /**
                 * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
                 * @default 24h
                 * @example 30m
                 * @example 1h30m
                 */
                maxBake: string;
                /** @default 0 */
                holdback: number;
                /**
                 * @default unrelease
                 * @enum {string}
                 */
                onHarm: "unrelease" | "disable" | "pause";
                /**
                 * @description `before`: the share served before the release, never more than now
                 * @default zero
                 * @enum {string}
                 */
                unreleaseTo: "zero" | "before";
                /**
                 * @description When a side is over a ceiling and treatment isn't seen to be worse
                 * @default pause
                 * @enum {string}
                 */
                onCeiling: "pause" | "unrelease";
                /**
                 * @default hold
                 * @enum {string}
                 */
                onInconclusive: "hold" | "pause" | "unrelease" | "advance";
                /**
                 * @default hold
                 * @enum {string}
                 */
                onNoData: "hold" | "pause" | "unrelease";
                /** @default [] */
                freeze: string[];
                /** @default false */
                trustClients: boolean;
            };
            /** @description The kept plan whose revisions it follows */
            planName?: string;
            planRevision: number;
            stageIndex?: number;
            /** @description Grows whenever it changes who is exposed; the one that cohorts carry */
            epoch: number;
            /** @description Time in the stage, or watching, without pauses and gates */
            activeSeconds: number;
            exposures?: number;
            verdicts: {
                metric: string;
                /** @enum {string} */
                role: "guard" | "signal" | "watch";
                /** @enum {string} */
                verdict: "harm" | "invalid" | "nodata" | "inconclusive" | "healthy" | "unmeasured";
                /** @description It shows only in what client keys reported */
                clientOnly?: boolean;
                /** @description A side is over the ceiling, and treatment isn't seen to be the worse one */
                overCeiling?: boolean;
                /** @description What was seen speaks against its health */
                doubtful?: boolean;
                /** @description The figures that it rests on */
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description No guard watches it */
            unguarded: boolean;
            /** @description Reports that reach no verdict, by reason */
            uncounted: {
                [key: string]: number;
            };
            stages: {
                stage: string;
                /** @description Metrics that weren't shown to be healthy when it was left */
                unverified: string[];
                /** @description Metrics that had nothing to be compared with */
                unmeasured: string[];
                /** @description What an admin went past, in words */
                forced: string[];
                /** @description What the preview said at the start */
                promised?: {
                    stage: string;
                    percentage?: number;
                    /** @description From the stage's entry, bake and warm-up included; null: never, or not known */
                    seconds: number | null;
                    guardrails: {
                        metric: string;
                        secondsToSafety: number | null;
                        /** @description The smallest factor of harm that would be seen within it */
                        detectable: number | null;
                    }[];
                };
            }[];
            /** @description The released rule's share before the release */
            before?: number;
            /** @description Of a live one: the share that taking it back leaves, and whom that takes the change from */
            unrelease?: {
                percentage: number;
                text: string;
            };
            approvals: {
                stage: string;
                by: {
                    id: string;
                    name: string;
                    /** @enum {string} */
                    via: "root" | "token" | "access" | "release";
                };
                /** Format: date-time */
                at: string;
            }[];
            /** @description What happens by itself and when, and what is waited for */
            next: {
                what: string;
                /**
                 * Format: date-time
                 * @description Absent: it waits for this
                 */
                at?: string;
                /** @description `at` is when it is expected, at the present traffic */
                estimated?: boolean;
            }[];
            /** Format: date-time */
            startAt?: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: {
                id: string;
                name: string;
                /** @enum {string} */
                via: "root" | "token" | "access" | "release";
            };
            /** Format: date-time */
            endedAt?: string;
            /** @description In its order */
            timeline: {
                /** Format: date-time */
                at: string;
                what: string;
                /** @description For a person */
                cause: string;
                actor: {
                    id: string;
                    name: string;
                    /** @enum {string} */
                    via: "root" | "token" | "access" | "release";
                };
                /** @enum {string} */
                from: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                /** @enum {string} */
                to: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                stage: string | null;
                /** @description The released rule's share from then on; null: as before the release, or not known */
                percentage?: number | null;
                epoch: number;
                comment: string;
                /** @description The figures that it rests on */
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description What the caller may do with it now, and why not what not; not part of what the entity tag counts */
            actions: {
                /**
                 * @description Name of the operation
                 * @enum {string}
                 */
                action: "whoAmI" | "createSession" | "deleteSession" | "listEnvironments" | "createEnvironment" | "getEnvironment" | "patchEnvironment" | "deleteEnvironment" | "listFlagsEverywhere" | "createFlag" | "getFlagEverywhere" | "watchEnvironment" | "listFlags" | "getFlag" | "putFlag" | "patchFlag" | "archiveFlag" | "restoreFlag" | "disableFlag" | "enableFlag" | "setRollout" | "flagHistory" | "flagMetrics" | "flagShadow" | "flagExperiment" | "listAllReleases" | "listReleases" | "createRelease" | "getRelease" | "releaseReport" | "pauseRelease" | "resumeRelease" | "approveRelease" | "advanceRelease" | "promoteRelease" | "unrelease" | "cancelRelease" | "acknowledgeRelease" | "createAlertSecret" | "listPlans" | "getPlan" | "putPlan" | "previewPlan" | "listPresets" | "deletePlan" | "listSegments" | "getSegment" | "putSegment" | "patchSegment" | "deleteSegment" | "listMembers" | "changeMembers" | "listAudit" | "verifyAudit" | "listVersions" | "getVersion" | "restoreVersion" | "evaluate" | "preview" | "exportFlags" | "importFlags" | "promote" | "applyChanges" | "propose" | "commitProposal" | "listMetrics" | "getMetric" | "putMetric" | "deleteMetric" | "listKeys" | "createKey" | "deleteKey" | "createOverride" | "listChangeRequests" | "getChangeRequest" | "approveChangeRequest" | "rejectChangeRequest" | "listWebhooks" | "createWebhook" | "getWebhook" | "patchWebhook" | "deleteWebhook" | "testWebhook" | "listDeliveries" | "getDelivery" | "redeliver" | "listTokens" | "createToken" | "deleteToken" | "workspaceAudit" | "verifyWorkspaceAudit";
                allowed: boolean;
                /** @description Why not; for a person */
                why?: string;
            }[];
        };
        Plan: {
            name: string;
            /** @description Without the secrets of its webhooks */
            plan: {
                stages: {
                    name: string;
                    /** @description Share of the released rule */
                    percentage?: number;
                    /** @description Short for `when: { segment }` */
                    segment?: string;
                    when?: components["schemas"]["Condition"];
                    /** @description Share of requests on which the candidate also runs, unseen */
                    shadow?: number;
                    /**
                     * @default 0s
                     * @example 30m
                     * @example 1h30m
                     */
                    minBake: string;
                    /**
                     * @description The stage's first minutes, that count for no evidence: as long as the cold start
                     * @default 3m
                     * @example 30m
                     * @example 1h30m
                     */
                    warmup: string;
                    /** @default 0 */
                    minExposures: number;
                    /** @default [] */
                    gates: ({
                        approval: {
                            /**
                             * @default operator
                             * @enum {string}
                             */
                            role: "viewer" | "operator" | "editor" | "admin";
                            /** @default false */
                            notAuthor: boolean;
                        };
                    } | {
                        webhook: {
                            /**
                             * Format: uri
                             * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                             */
                            url: string;
                            /** @description `whsec_` and the base64 of 24 to 64 bytes */
                            secret?: string;
                            /**
                             * @default 10s
                             * @example 30m
                             * @example 1h30m
                             */
                            timeout: string;
                        };
                    })[];
                    /**
                     * @description Last stage only: how long it is watched before it is complete
                     * @example 30m
                     * @example 1h30m
                     */
                    watch?: string;
                }[];
                /** @description `errors` (guard) and `latency` (signal) unless given */
                guardrails: {
                    metric: string;
                    /**
                     * @default guard
                     * @enum {string}
                     */
                    role: "guard" | "signal" | "watch";
                    /**
                     * @default increase
                     * @enum {string}
                     */
                    harm: "increase" | "decrease";
                    /** @default 1 */
                    tolerate: number;
                    /** @default 2 */
                    detect: number;
                    /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                    minAbsolute?: number;
                    ceiling?: number | string;
                    /** @default 1 */
                    weight: number;
                    /**
                     * @description Of a signal: whether the release waits until it is healthy, as for a guard
                     * @default true
                     */
                    hold: boolean;
                    /** @enum {string} */
                    per?: "unit" | "event";
                    /**
                     * @example 30m
                     * @example 1h30m
                     */
                    window?: string;
                    expect?: string;
                }[];
                /** @default 0.01 */
                alpha: number;
                /** @default 0.1 */
                beta: number;
                /**
                 * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
                 * @default 24h
                 * @example 30m
                 * @example 1h30m
                 */
                maxBake: string;
                /** @default 0 */
                holdback: number;
                /**
                 * @default unrelease
                 * @enum {string}
                 */
                onHarm: "unrelease" | "disable" | "pause";
                /**
                 * @description `before`: the share served before the release, never more than now
                 * @default zero
                 * @enum {string}
                 */
                unreleaseTo: "zero" | "before";
                /**
                 * @description When a side is over a ceiling and treatment isn't seen to be worse
                 * @default pause
                 * @enum {string}
                 */
                onCeiling: "pause" | "unrelease";
                /**
                 * @default hold
                 * @enum {string}
                 */
                onInconclusive: "hold" | "pause" | "unrelease" | "advance";
                /**
                 * @default hold
                 * @enum {string}
                 */
                onNoData: "hold" | "pause" | "unrelease";
                /** @default [] */
                freeze: string[];
                /** @default false */
                trustClients: boolean;
            };
            revision: number;
            /** @description Version of the environment at which it last changed */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
        };
        ChangeRequest: {
            id: string;
            /**
             * @description outdated: what it would change was changed meanwhile; it has to be asked for anew
             * @enum {string}
             */
            state: "open" | "applied" | "rejected" | "outdated";
            /** @description The operation that was asked for */
            action: string;
            targets: {
                kind: string;
                key: string;
            }[];
            author: components["schemas"]["Actor"];
            comment: string;
            /** Format: date-time */
            createdAt: string;
            /** @description Version of the environment at which it was asked for */
            version: number;
            /** @description How many others have to consent */
            required: number;
            approvals: {
                by: components["schemas"]["Actor"];
                /** Format: date-time */
                at: string;
                comment: string;
            }[];
            /** @description What ended it: the last consent, or the refusal */
            decided?: {
                by: components["schemas"]["Actor"];
                /** Format: date-time */
                at: string;
                comment: string;
            };
            /** @description Version of the environment */
            appliedVersion?: number;
            /** @description What it would change; while it is open, not in lists */
            diff?: {
                target: {
                    kind: string;
                    key: string;
                };
                /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                before: components["schemas"]["Flag"] | {
                    key: string;
                    /** @default  */
                    name: string;
                    include: {
                        count: number;
                    };
                    exclude: {
                        count: number;
                    };
                    /** @default targetingKey */
                    by: string;
                    /**
                     * @default {
                     *       "any": []
                     *     }
                     */
                    when: components["schemas"]["Condition"];
                    /** @default  */
                    description: string;
                } | components["schemas"]["Key"] | {
                    [key: string]: unknown;
                } | null;
                /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                after: components["schemas"]["Flag"] | {
                    key: string;
                    /** @default  */
                    name: string;
                    include: {
                        count: number;
                    };
                    exclude: {
                        count: number;
                    };
                    /** @default targetingKey */
                    by: string;
                    /**
                     * @default {
                     *       "any": []
                     *     }
                     */
                    when: components["schemas"]["Condition"];
                    /** @default  */
                    description: string;
                } | components["schemas"]["Key"] | {
                    [key: string]: unknown;
                } | null;
                /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                changes: {
                    /** @description JSON Pointer into the resource */
                    path: string;
                    /** @description null also where there was nothing */
                    before: unknown;
                    /** @description null also where there is nothing */
                    after: unknown;
                }[];
                /** @description What it comes to, for a person */
                sentence: string;
            }[];
            /** @description For whom of the sample of recent contexts; while it is open, not in lists */
            preview?: {
                flags: {
                    key: string;
                    /** @description For how many contexts value or variant would be another */
                    changed: number;
                    of: number;
                    examples: {
                        context: {
                            [key: string]: unknown;
                        };
                        /** @description null: there is no such flag */
                        before: {
                            /** @description Absent: the default in the caller's code applies */
                            value?: unknown;
                            variant?: string;
                            /** @enum {string} */
                            reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                            ruleId?: string;
                        } | null;
                        after: {
                            /** @description Absent: the default in the caller's code applies */
                            value?: unknown;
                            variant?: string;
                            /** @enum {string} */
                            reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                            ruleId?: string;
                        } | null;
                    }[];
                }[];
            };
            /** @description The release that would begin; while it is open, not in lists */
            release?: {
                flag: string;
                rule?: string;
                /** Format: date-time */
                startAt?: string;
                /** @description Where it is one that is kept */
                planName?: string;
                plan: {
                    stages: {
                        name: string;
                        /** @description Share of the released rule */
                        percentage?: number;
                        /** @description Short for `when: { segment }` */
                        segment?: string;
                        when?: components["schemas"]["Condition"];
                        /** @description Share of requests on which the candidate also runs, unseen */
                        shadow?: number;
                        /**
                         * @default 0s
                         * @example 30m
                         * @example 1h30m
                         */
                        minBake: string;
                        /**
                         * @description The stage's first minutes, that count for no evidence: as long as the cold start
                         * @default 3m
                         * @example 30m
                         * @example 1h30m
                         */
                        warmup: string;
                        /** @default 0 */
                        minExposures: number;
                        /** @default [] */
                        gates: ({
                            approval: {
                                /**
                                 * @default operator
                                 * @enum {string}
                                 */
                                role: "viewer" | "operator" | "editor" | "admin";
                                /** @default false */
                                notAuthor: boolean;
                            };
                        } | {
                            webhook: {
                                /**
                                 * Format: uri
                                 * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                                 */
                                url: string;
                                /** @description `whsec_` and the base64 of 24 to 64 bytes */
                                secret?: string;
                                /**
                                 * @default 10s
                                 * @example 30m
                                 * @example 1h30m
                                 */
                                timeout: string;
                            };
                        })[];
                        /**
                         * @description Last stage only: how long it is watched before it is complete
                         * @example 30m
                         * @example 1h30m
                         */
                        watch?: string;
                    }[];
                    /** @description `errors` (guard) and `latency` (signal) unless given */
                    guardrails: {
                        metric: string;
                        /**
                         * @default guard
                         * @enum {string}
                         */
                        role: "guard" | "signal" | "watch";
                        /**
                         * @default increase
                         * @enum {string}
                         */
                        harm: "increase" | "decrease";
                        /** @default 1 */
                        tolerate: number;
                        /** @default 2 */
                        detect: number;
                        /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                        minAbsolute?: number;
                        ceiling?: number | string;
                        /** @default 1 */
                        weight: number;
                        /**
                         * @description Of a signal: whether the release waits until it is healthy, as for a guard
                         * @default true
                         */
                        hold: boolean;
                        /** @enum {string} */
                        per?: "unit" | "event";
                        /**
                         * @example 30m
                         * @example 1h30m
                         */
                        window?: string;
                        expect?: string;
                    }[];
                    /** @default 0.01 */
                    alpha: number;
                    /** @default 0.1 */
                    beta: number;
                    /**
                     * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
                     * @default 24h
                     * @example 30m
                     * @example 1h30m
                     */
                    maxBake: string;
                    /** @default 0 */
                    holdback: number;
                    /**
                     * @default unrelease
                     * @enum {string}
                     */
                    onHarm: "unrelease" | "disable" | "pause";
                    /**
                     * @description `before`: the share served before the release, never more than now
                     * @default zero
                     * @enum {string}
                     */
                    unreleaseTo: "zero" | "before";
                    /**
                     * @description When a side is over a ceiling and treatment isn't seen to be worse
                     * @default pause
                     * @enum {string}
                     */
                    onCeiling: "pause" | "unrelease";
                    /**
                     * @default hold
                     * @enum {string}
                     */
                    onInconclusive: "hold" | "pause" | "unrelease" | "advance";
                    /**
                     * @default hold
                     * @enum {string}
                     */
                    onNoData: "hold" | "pause" | "unrelease";
                    /** @default [] */
                    freeze: string[];
                    /** @default false */
                    trustClients: boolean;
                };
            };
            /** @description The plan that a live release would follow; while it is open, not in lists */
            plan?: {
                name: string;
                plan: {
                    stages: {
                        name: string;
                        /** @description Share of the released rule */
                        percentage?: number;
                        /** @description Short for `when: { segment }` */
                        segment?: string;
                        when?: components["schemas"]["Condition"];
                        /** @description Share of requests on which the candidate also runs, unseen */
                        shadow?: number;
                        /**
                         * @default 0s
                         * @example 30m
                         * @example 1h30m
                         */
                        minBake: string;
                        /**
                         * @description The stage's first minutes, that count for no evidence: as long as the cold start
                         * @default 3m
                         * @example 30m
                         * @example 1h30m
                         */
                        warmup: string;
                        /** @default 0 */
                        minExposures: number;
                        /** @default [] */
                        gates: ({
                            approval: {
                                /**
                                 * @default operator
                                 * @enum {string}
                                 */
                                role: "viewer" | "operator" | "editor" | "admin";
                                /** @default false */
                                notAuthor: boolean;
                            };
                        } | {
                            webhook: {
                                /**
                                 * Format: uri
                                 * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                                 */
                                url: string;
                                /** @description `whsec_` and the base64 of 24 to 64 bytes */
                                secret?: string;
                                /**
                                 * @default 10s
                                 * @example 30m
                                 * @example 1h30m
                                 */
                                timeout: string;
                            };
                        })[];
                        /**
                         * @description Last stage only: how long it is watched before it is complete
                         * @example 30m
                         * @example 1h30m
                         */
                        watch?: string;
                    }[];
                    /** @description `errors` (guard) and `latency` (signal) unless given */
                    guardrails: {
                        metric: string;
                        /**
                         * @default guard
                         * @enum {string}
                         */
                        role: "guard" | "signal" | "watch";
                        /**
                         * @default increase
                         * @enum {string}
                         */
                        harm: "increase" | "decrease";
                        /** @default 1 */
                        tolerate: number;
                        /** @default 2 */
                        detect: number;
                        /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                        minAbsolute?: number;
                        ceiling?: number | string;
                        /** @default 1 */
                        weight: number;
                        /**
                         * @description Of a signal: whether the release waits until it is healthy, as for a guard
                         * @default true
                         */
                        hold: boolean;
                        /** @enum {string} */
                        per?: "unit" | "event";
                        /**
                         * @example 30m
                         * @example 1h30m
                         */
                        window?: string;
                        expect?: string;
                    }[];
                    /** @default 0.01 */
                    alpha: number;
                    /** @default 0.1 */
                    beta: number;
                    /**
                     * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
                     * @default 24h
                     * @example 30m
                     * @example 1h30m
                     */
                    maxBake: string;
                    /** @default 0 */
                    holdback: number;
                    /**
                     * @default unrelease
                     * @enum {string}
                     */
                    onHarm: "unrelease" | "disable" | "pause";
                    /**
                     * @description `before`: the share served before the release, never more than now
                     * @default zero
                     * @enum {string}
                     */
                    unreleaseTo: "zero" | "before";
                    /**
                     * @description When a side is over a ceiling and treatment isn't seen to be worse
                     * @default pause
                     * @enum {string}
                     */
                    onCeiling: "pause" | "unrelease";
                    /**
                     * @default hold
                     * @enum {string}
                     */
                    onInconclusive: "hold" | "pause" | "unrelease" | "advance";
                    /**
                     * @default hold
                     * @enum {string}
                     */
                    onNoData: "hold" | "pause" | "unrelease";
                    /** @default [] */
                    freeze: string[];
                    /** @default false */
                    trustClients: boolean;
                };
            };
        };
        Environment: {
            name: string;
            description: string;
            /** @description Version of the environment */
            version: number;
            /** @description `<incarnation>.<version>`: names one state of one environment for ever */
            revision: string;
            /** @description How many there are, archived ones left out */
            flags: number;
            propagated: {
                relays: number;
                of: number;
            };
            sampling: {
                enabled: boolean;
                /** @description Attributes that are left out, by their paths */
                redact: string[];
                /** @description Attributes that are kept as salted hashes only, by their paths */
                hash: string[];
            };
            requiresApproval: number;
            /**
             * @description Whose consent counts
             * @enum {string}
             */
            approvalBy: "any" | "access";
            /** Format: date-time */
            createdAt: string;
        };
        Key: {
            id: string;
            /** @enum {string} */
            kind: "client" | "server";
            name: string;
            origins: string[];
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        Token: {
            id: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "editor" | "admin";
            environments: "*"[] | string[];
            /** Format: date-time */
            expiresAt?: string;
            /**
             * @description An agent's: it writes at /mcp only
             * @constant
             */
            agent?: true;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        Actor: {
            id: string;
            name: string;
            /** @enum {string} */
            via: "root" | "token" | "access" | "release";
        };
        AuditEntry: {
            sequence: number;
            /** Format: date-time */
            at: string;
            actor: components["schemas"]["Actor"];
            action: string;
            target: {
                kind: string;
                key: string;
            };
            comment: string;
            /** @description Version of the environment */
            version: number;
            /** @description The whole resource before, members of a segment counted; null where there was none */
            before: unknown;
            /** @description The whole resource after; null where there is none */
            after: unknown;
        };
        ConditionTrace: {
            /** @description JSON Pointer into the flag; below a segment, into the segment */
            path: string;
            held: boolean;
            /** @description For a person */
            why: string;
            of?: components["schemas"]["ConditionTrace"][];
        };
        Problem: {
            /** @enum {string} */
            type: "/problems/not-json" | "/problems/bad-request" | "/problems/unauthenticated" | "/problems/forbidden" | "/problems/cross-site" | "/problems/not-found" | "/problems/method-not-allowed" | "/problems/conflict" | "/problems/archived" | "/problems/in-use" | "/problems/still-running" | "/problems/version-conflict" | "/problems/too-large" | "/problems/unsupported-media-type" | "/problems/invalid" | "/problems/idempotency-mismatch" | "/problems/too-many-requests" | "/problems/internal" | "/problems/unavailable";
            title: string;
            status: number;
            detail: string;
            errors?: {
                /** @description JSON Pointer into the request */
                path: string;
                message: string;
            }[];
            /** @description How many errors there are besides */
            more?: number;
        };
        Evaluation: {
            key: string;
            /** @description Absent: the default in the caller's code applies */
            value?: unknown;
            variant?: string;
            /** @enum {string} */
            reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
            metadata: {
                [key: string]: string | number | boolean;
            };
        };
        BulkEvaluation: {
            flags: (components["schemas"]["Evaluation"] | {
                key: string;
                /** @enum {string} */
                errorCode: "PARSE_ERROR" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";
                errorDetails: string;
            })[];
            metadata: {
                [key: string]: string | number | boolean;
            };
            eventStreams: {
                /** @constant */
                type: "sse";
                /** Format: uri */
                url: string;
                inactivityDelaySec: number;
            }[];
        };
        OfrepError: {
            key?: string;
            /** @enum {string} */
            errorCode: "PARSE_ERROR" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";
            errorDetails: string;
        };
        Recorded: {
            /** @description How many were counted */
            accepted: number;
            /** @description Whether a batch of this id was counted within the last hour: then this one wasn't */
            duplicate: boolean;
            rejected: {
                /** @description Place in the batch, from 0 */
                index: number;
                message: string;
            }[];
            /** @description How many of the accepted reach no verdict of their flag's live release, by reason, as far as is known */
            uncounted: {
                [key: string]: number;
            };
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded" | "unavailable";
            /** @description What is wrong, as codes; empty when all is well */
            problems: ("nothing-to-serve" | "sources-failing" | "admin-token-missing" | "admin-token-short" | "access-incomplete" | "access-roles-unreadable" | "newer-schema")[];
            /** @description The map of environments; only with an admin token */
            map?: {
                version: number;
                /** @description Since it was last known to be current */
                ageSeconds: number;
                /** @description What went wrong at the last check */
                problem?: string;
            } | null;
            /** @description The snapshots that this isolate holds; only with an admin token */
            environments?: {
                environment: string;
                version: number;
                /** @description Since it was last known to be current */
                ageSeconds: number;
                /** @description What went wrong at the last check */
                problem?: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names this answer in the log */
        "Request-Id": string;
        /** @description Entity tag of what is answered */
        ETag: string;
        /** @description Where what was created is to be found */
        Location: string;
        /** @description Version of the environment: what a write made or found, or what an evaluation is of */
        "Sluice-Version": number;
        /** @description The same as a revision: pass it as `flagConfigEtag` to read your own write */
        "Sluice-Revision": string;
        /** @description Seconds since what answered was last known to be current */
        "Sluice-Age": number;
        /** @description There when this is the answer that the first request with this Idempotency-Key got */
        "Idempotent-Replay": string;
        /** @description The session's cookie: given, or taken away */
        "Set-Cookie": string;
        /** @description In how many seconds to try again */
        "Retry-After": number;
        /** @description The methods that are available here */
        Allow: string;
        /** @description How to sign in */
        "WWW-Authenticate": string;
        /** @description Version of the environment: what a write made or found, or what an evaluation is of */
        "Sluice-Version-Sometimes": number;
        /** @description Seconds since what answered was last known to be current */
        "Sluice-Age-Sometimes": number;
        /** @description In how many seconds to try again */
        "Retry-After-Sometimes": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    evaluateFlag: {
        parameters: {
            query?: {
                /** @description A revision that must have been seen */
                flagConfigEtag?: string;
                /** @description Accepted and not needed */
                flagConfigLastModified?: string;
            };
            header?: never;
            path: {
                /** @description The whole rest of the path */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Attributes of the subject, up to 64 KiB and 10 levels */
                    context?: ({
                        /** @description Who is asking */
                        targetingKey?: string | number;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                };
            };
        };
        responses: {
            /** @description What the flag serves to this context */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evaluation"];
                };
            };
            /** @description The body or the context can't be read, or the flag can't be evaluated */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version-Sometimes"];
                    "Sluice-Age": components["headers"]["Sluice-Age-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description This key may not do that, or not from this origin */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description There is no such flag for this key */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The context is larger than 64 KiB */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The content encoding is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Nothing can be served yet; try again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    evaluateFlagsWithoutPreflight: {
        parameters: {
            query?: {
                /** @description base64url of the context's JSON, up to 8 KiB */
                context?: string;
                /** @description A revision that must have been seen */
                flagConfigEtag?: string;
                /** @description Accepted and not needed */
                flagConfigLastModified?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every flag that the key may see */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkEvaluation"];
                };
            };
            /** @description The answer is the one you hold */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body or the context can't be read, or the flag can't be evaluated */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version-Sometimes"];
                    "Sluice-Age": components["headers"]["Sluice-Age-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description This key may not do that, or not from this origin */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The context is larger than 64 KiB */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The context is longer than 8 KiB */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The content encoding is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Nothing can be served yet; try again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    evaluateFlags: {
        parameters: {
            query?: {
                /** @description A revision that must have been seen */
                flagConfigEtag?: string;
                /** @description Accepted and not needed */
                flagConfigLastModified?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Attributes of the subject, up to 64 KiB and 10 levels */
                    context?: ({
                        /** @description Who is asking */
                        targetingKey?: string | number;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                };
            };
        };
        responses: {
            /** @description Every flag that the key may see */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkEvaluation"];
                };
            };
            /** @description The answer is the one you hold */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body or the context can't be read, or the flag can't be evaluated */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version-Sometimes"];
                    "Sluice-Age": components["headers"]["Sluice-Age-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description This key may not do that, or not from this origin */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The context is larger than 64 KiB */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The content encoding is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Nothing can be served yet; try again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    streamChanges: {
        parameters: {
            query: {
                /** @description Take the whole address from `eventStreams` of a bulk evaluation */
                token: string;
            };
            header?: {
                /** @description The last `id` that was received; browsers send it by themselves */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events, until the token ends or its key is deleted */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 12
                     *     data: {"type":"refetchEvaluation","etag":"k3v9x0q2m7ab.12","lastModified":1795269600}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The token is wrong, has ended, or is of a key that was deleted */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Only GET */
            405: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    Allow: components["headers"]["Allow"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    recordEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventBatch"];
            };
        };
        responses: {
            /** @description Counted, but for those that are `rejected` */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description The body can't be read, or has no `id` or no list of events */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description This key may not do that, or not from this origin */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description More than 500 events or 256 KiB */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description The content encoding is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts, or more than 60 requests a minute with a client key, from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description They can't be counted at the moment; send the same batch again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok, or degraded and in what */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Only GET and HEAD */
            405: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    Allow: components["headers"]["Allow"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nothing can be served */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    serverSnapshot: {
        parameters: {
            query?: {
                /** @description The revision that is held (`<incarnation>.<version>`): what changed since is answered, or the whole where that isn't known any more */
                since?: string;
            };
            header?: {
                /** @description The ETag that is held */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole, or what changed */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of this document; a client that doesn't know it keeps what it holds */
                        format: number;
                        /** @description Its name */
                        environment: string;
                        /** @description New whenever an environment is created under this name */
                        incarnation: string;
                        /** @description Grows with each write */
                        version: number;
                        /** @description Epoch milliseconds at which this version was committed */
                        at: number;
                        /** @description Flags by key, without what only people read; with `since` only those that are new or differ */
                        flags: {
                            /** @description The environment's version at which the flag last changed */
                            version: number;
                            /** @description A flag without `description`, `owner`, `tags` and `kind` */
                            flag: Record<string, never>;
                            /** @description What a live release says of the flag: whose evaluations carry which cohort */
                            release?: Record<string, never>;
                        }[];
                        /** @description Segments by key, their listed members as places among the digests; with `since` only those that are new or differ */
                        segments: Record<string, never>[];
                        /** @description What to ask `/v1/members/{hash}` for; null where no segment lists a member */
                        members: string | null;
                        /** @description Where changes are announced to this key */
                        eventStreams: Record<string, never>[];
                        /** @description The revision that `flags`, `segments` and `removed` start from; absent where the whole is answered */
                        since?: string;
                        /** @description What was there at `since` and isn't any more */
                        removed?: {
                            /** @description Keys of flags */
                            flags: string[];
                            /** @description Keys of segments */
                            segments: string[];
                        };
                    };
                };
            };
            /** @description It is what you hold */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Age": components["headers"]["Sluice-Age"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Not a server key */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Only GET and HEAD */
            405: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    Allow: components["headers"]["Allow"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Nothing can be served yet; try again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    serverMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `members` of the current snapshot */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The digests */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description No valid environment key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Not a server key */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Not the hash that the current snapshot names */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Only GET and HEAD */
            405: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    Allow: components["headers"]["Allow"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Too many failed attempts from this address */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Nothing can be served yet; try again after Retry-After seconds */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    alertRelease: {
        parameters: {
            query?: {
                /** @description With a token: what is to be done */
                action?: "pause" | "unrelease";
            };
            header?: {
                /** @description Names the message */
                "webhook-id"?: string;
                /** @description Epoch seconds */
                "webhook-timestamp"?: string;
                /** @description `v1,<base64>` of HMAC-SHA-256 over `<id>.<timestamp>.<body>` */
                "webhook-signature"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "pause" | "unrelease";
                    comment?: string;
                } | unknown;
            };
        };
        responses: {
            /** @description Done, now or before */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        release: string;
                        /** @enum {string} */
                        state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                        /** @description A message with this id was taken before: nothing was done */
                        duplicate: boolean;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This method is not available here */
            405: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    Allow: components["headers"]["Allow"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        via: "root" | "token" | "access" | "release";
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        environments: "*"[] | string[];
                        /**
                         * Format: date-time
                         * @description When the credential stops working
                         */
                        expiresAt?: string;
                        /** @description What the role allows, in the environments named */
                        operations: ("whoAmI" | "createSession" | "deleteSession" | "listEnvironments" | "createEnvironment" | "getEnvironment" | "patchEnvironment" | "deleteEnvironment" | "listFlagsEverywhere" | "createFlag" | "getFlagEverywhere" | "watchEnvironment" | "listFlags" | "getFlag" | "putFlag" | "patchFlag" | "archiveFlag" | "restoreFlag" | "disableFlag" | "enableFlag" | "setRollout" | "flagHistory" | "flagMetrics" | "flagShadow" | "flagExperiment" | "listAllReleases" | "listReleases" | "createRelease" | "getRelease" | "releaseReport" | "pauseRelease" | "resumeRelease" | "approveRelease" | "advanceRelease" | "promoteRelease" | "unrelease" | "cancelRelease" | "acknowledgeRelease" | "createAlertSecret" | "listPlans" | "getPlan" | "putPlan" | "previewPlan" | "listPresets" | "deletePlan" | "listSegments" | "getSegment" | "putSegment" | "patchSegment" | "deleteSegment" | "listMembers" | "changeMembers" | "listAudit" | "verifyAudit" | "listVersions" | "getVersion" | "restoreVersion" | "evaluate" | "preview" | "exportFlags" | "importFlags" | "promote" | "applyChanges" | "propose" | "commitProposal" | "listMetrics" | "getMetric" | "putMetric" | "deleteMetric" | "listKeys" | "createKey" | "deleteKey" | "createOverride" | "listChangeRequests" | "getChangeRequest" | "approveChangeRequest" | "rejectChangeRequest" | "listWebhooks" | "createWebhook" | "getWebhook" | "patchWebhook" | "deleteWebhook" | "testWebhook" | "listDeliveries" | "getDelivery" | "redeliver" | "listTokens" | "createToken" | "deleteToken" | "workspaceAudit" | "verifyWorkspaceAudit")[];
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        via: "root" | "token" | "access" | "release";
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        environments: "*"[] | string[];
                        /**
                         * Format: date-time
                         * @description When the credential stops working
                         */
                        expiresAt?: string;
                        /** @description What the role allows, in the environments named */
                        operations: ("whoAmI" | "createSession" | "deleteSession" | "listEnvironments" | "createEnvironment" | "getEnvironment" | "patchEnvironment" | "deleteEnvironment" | "listFlagsEverywhere" | "createFlag" | "getFlagEverywhere" | "watchEnvironment" | "listFlags" | "getFlag" | "putFlag" | "patchFlag" | "archiveFlag" | "restoreFlag" | "disableFlag" | "enableFlag" | "setRollout" | "flagHistory" | "flagMetrics" | "flagShadow" | "flagExperiment" | "listAllReleases" | "listReleases" | "createRelease" | "getRelease" | "releaseReport" | "pauseRelease" | "resumeRelease" | "approveRelease" | "advanceRelease" | "promoteRelease" | "unrelease" | "cancelRelease" | "acknowledgeRelease" | "createAlertSecret" | "listPlans" | "getPlan" | "putPlan" | "previewPlan" | "listPresets" | "deletePlan" | "listSegments" | "getSegment" | "putSegment" | "patchSegment" | "deleteSegment" | "listMembers" | "changeMembers" | "listAudit" | "verifyAudit" | "listVersions" | "getVersion" | "restoreVersion" | "evaluate" | "preview" | "exportFlags" | "importFlags" | "promote" | "applyChanges" | "propose" | "commitProposal" | "listMetrics" | "getMetric" | "putMetric" | "deleteMetric" | "listKeys" | "createKey" | "deleteKey" | "createOverride" | "listChangeRequests" | "getChangeRequest" | "approveChangeRequest" | "rejectChangeRequest" | "listWebhooks" | "createWebhook" | "getWebhook" | "patchWebhook" | "deleteWebhook" | "testWebhook" | "listDeliveries" | "getDelivery" | "redeliver" | "listTokens" | "createToken" | "deleteToken" | "workspaceAudit" | "verifyWorkspaceAudit")[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEnvironments: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        environments: components["schemas"]["Environment"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEnvironment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @default  */
                    description?: string;
                    copyFrom?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEnvironment: {
        parameters: {
            query?: {
                confirm?: string;
            };
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchEnvironment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    description?: string;
                    sampling?: {
                        enabled?: boolean;
                        /** @description Attributes that are left out, by their paths */
                        redact?: string[];
                        /** @description Attributes that are kept as salted hashes only, by their paths */
                        hash?: string[];
                    };
                    /** @description How many others have to consent before a change of what is evaluated is made */
                    requiresApproval?: number;
                    /**
                     * @description Whose consent counts: anybody's with the role, or only that of people signed in by Access
                     * @enum {string}
                     */
                    approvalBy?: "any" | "access";
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFlagsEverywhere: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                q?: string;
                tag?: string;
                kind?: "release" | "experiment" | "operational" | "permission";
                owner?: string;
                state?: "enabled" | "disabled" | "archived" | "stale";
                environments?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flags: {
                            key: string;
                            /** @description Every environment that the caller may enter, or those asked for, by name */
                            environments: {
                                environment: string;
                                /**
                                 * @description This environment can't be reached; nothing else is known
                                 * @constant
                                 */
                                unavailable?: true;
                                /** @description Whether there is a flag by that key here, archived or not */
                                exists?: boolean;
                                /** @constant */
                                archived?: true;
                                /** @enum {string} */
                                type?: "boolean" | "string" | "number" | "object";
                                /** @enum {string} */
                                kind?: "release" | "experiment" | "operational" | "permission";
                                enabled?: boolean;
                                /** @description What the flag does, cut at 160 characters */
                                sentence?: string;
                                /** @description What the default serves; of a rollout `percentage` has the share */
                                serve?: {
                                    variant: string;
                                } | {
                                    /** @constant */
                                    codeDefault: true;
                                } | {
                                    rollout: Record<string, never>;
                                };
                                /** @description How many rules it has */
                                rules?: number;
                                /** @description Share of the default's rollout, or, where the default has none, of the first rule that has one */
                                percentage?: number;
                                /** @description The live one */
                                release?: {
                                    id: string;
                                    /** @enum {string} */
                                    state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                                    percentage: number;
                                };
                                owner?: string;
                                /** @description The first five */
                                tags?: string[];
                                stale?: {
                                    /** Format: date-time */
                                    since: string;
                                    /** @enum {string} */
                                    why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue";
                                };
                                /** Format: date-time */
                                lastEvaluatedAt?: string;
                                /** @description Version of the environment at which the flag last changed */
                                version?: number;
                            }[];
                        }[];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    flag: components["schemas"]["FlagInput"];
                    environments: "*"[] | string[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        environments: {
                            environment: string;
                            /** @description What the same PUT there would have answered: 201, 202, 404, 409, 412, 422, 503 */
                            status: number;
                            /** @description Version of the environment after it */
                            version?: number;
                            /** @description Why it wasn't made there */
                            problem?: components["schemas"]["Problem"];
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFlagEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        /** @description Every environment that the caller may enter, or those asked for, by name */
                        environments: {
                            environment: string;
                            /**
                             * @description This environment can't be reached; nothing else is known
                             * @constant
                             */
                            unavailable?: true;
                            /** @description Whether there is a flag by that key here, archived or not */
                            exists?: boolean;
                            /** @constant */
                            archived?: true;
                            /** @enum {string} */
                            type?: "boolean" | "string" | "number" | "object";
                            /** @enum {string} */
                            kind?: "release" | "experiment" | "operational" | "permission";
                            enabled?: boolean;
                            /** @description What the flag does, cut at 160 characters */
                            sentence?: string;
                            /** @description What the default serves; of a rollout `percentage` has the share */
                            serve?: {
                                variant: string;
                            } | {
                                /** @constant */
                                codeDefault: true;
                            } | {
                                rollout: Record<string, never>;
                            };
                            /** @description How many rules it has */
                            rules?: number;
                            /** @description Share of the default's rollout, or, where the default has none, of the first rule that has one */
                            percentage?: number;
                            /** @description The live one */
                            release?: {
                                id: string;
                                /** @enum {string} */
                                state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                                percentage: number;
                            };
                            owner?: string;
                            /** @description The first five */
                            tags?: string[];
                            stale?: {
                                /** Format: date-time */
                                since: string;
                                /** @enum {string} */
                                why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue";
                            };
                            /** Format: date-time */
                            lastEvaluatedAt?: string;
                            /** @description Version of the environment at which the flag last changed */
                            version?: number;
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchEnvironment: {
        parameters: {
            query?: {
                since?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFlags: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                q?: string;
                tag?: string;
                kind?: "release" | "experiment" | "operational" | "permission";
                owner?: string;
                state?: "enabled" | "disabled" | "archived" | "stale";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flags: components["schemas"]["FlagView"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description An entity tag that is held already; then 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description What you hold is current */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key?: string;
                    /** @enum {string} */
                    type: "boolean" | "string" | "number" | "object";
                    variants?: {
                        [key: string]: unknown;
                    };
                    /** @default true */
                    enabled?: boolean;
                    /** @default null */
                    offVariant?: string | null;
                    /** @default [] */
                    prerequisites?: {
                        flag: string;
                        variants: string[];
                    }[];
                    /** @default [] */
                    rules?: components["schemas"]["RuleInput"][];
                    default?: {
                        variant: string;
                    } | {
                        rollout: {
                            percentage: number;
                            split: {
                                variant: string;
                                weight: number;
                            }[];
                            /** @default null */
                            otherwise?: string | null;
                            /** @default targetingKey */
                            by?: string | string[];
                            salt?: string;
                            /**
                             * @default murmur3
                             * @enum {string}
                             */
                            hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                            /** @enum {string} */
                            as?: "id" | "string" | "text" | "truthy";
                            places?: number;
                            /** @default otherwise */
                            absent?: ("otherwise" | "skip" | "first") | {
                                variant: string;
                            };
                        } | {
                            ranges: {
                                variant: string;
                                from: number;
                                to: number;
                            }[];
                            /** @default null */
                            otherwise?: string | null;
                            /** @default targetingKey */
                            by?: string | string[];
                            salt?: string;
                            /**
                             * @default murmur3
                             * @enum {string}
                             */
                            hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                            /** @enum {string} */
                            as?: "id" | "string" | "text" | "truthy";
                            places?: number;
                            /** @default otherwise */
                            absent?: ("otherwise" | "skip" | "first") | {
                                variant: string;
                            };
                        };
                    } | {
                        /** @constant */
                        codeDefault: true;
                    };
                    /** @default 0 */
                    shadow?: number;
                    /** @default false */
                    clientSide?: boolean;
                    /**
                     * @default release
                     * @enum {string}
                     */
                    kind?: "release" | "experiment" | "operational" | "permission";
                    /** @default  */
                    description?: string;
                    /** @default  */
                    owner?: string;
                    /** @default [] */
                    tags?: string[];
                    /** @default {} */
                    metadata?: {
                        [key: string]: string | number | boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    key?: string;
                    /** @enum {string} */
                    type?: "boolean" | "string" | "number" | "object";
                    variants?: {
                        [key: string]: unknown;
                    };
                    /** @default true */
                    enabled?: boolean;
                    /** @default null */
                    offVariant?: string | null;
                    /** @default [] */
                    prerequisites?: {
                        flag: string;
                        variants: string[];
                    }[];
                    /** @default [] */
                    rules?: components["schemas"]["RuleInput"][];
                    default?: {
                        variant: string;
                    } | {
                        rollout: {
                            percentage: number;
                            split: {
                                variant: string;
                                weight: number;
                            }[];
                            /** @default null */
                            otherwise?: string | null;
                            /** @default targetingKey */
                            by?: string | string[];
                            salt?: string;
                            /**
                             * @default murmur3
                             * @enum {string}
                             */
                            hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                            /** @enum {string} */
                            as?: "id" | "string" | "text" | "truthy";
                            places?: number;
                            /** @default otherwise */
                            absent?: ("otherwise" | "skip" | "first") | {
                                variant: string;
                            };
                        } | {
                            ranges: {
                                variant: string;
                                from: number;
                                to: number;
                            }[];
                            /** @default null */
                            otherwise?: string | null;
                            /** @default targetingKey */
                            by?: string | string[];
                            salt?: string;
                            /**
                             * @default murmur3
                             * @enum {string}
                             */
                            hash?: "murmur3" | "flagd-v1" | "flagd-v3" | "unleash" | "unleash-variant" | "unleash-js" | "unleash-variant-js" | "growthbook-v1" | "growthbook-v2" | "launchdarkly" | "posthog-variant" | "configcat" | "split" | "split-legacy" | "flagsmith";
                            /** @enum {string} */
                            as?: "id" | "string" | "text" | "truthy";
                            places?: number;
                            /** @default otherwise */
                            absent?: ("otherwise" | "skip" | "first") | {
                                variant: string;
                            };
                        };
                    } | {
                        /** @constant */
                        codeDefault: true;
                    };
                    /** @default 0 */
                    shadow?: number;
                    /** @default false */
                    clientSide?: boolean;
                    /**
                     * @default release
                     * @enum {string}
                     */
                    kind?: "release" | "experiment" | "operational" | "permission";
                    /** @default  */
                    description?: string;
                    /** @default  */
                    owner?: string;
                    /** @default [] */
                    tags?: string[];
                    /** @default {} */
                    metadata?: {
                        [key: string]: string | number | boolean;
                    };
                };
                "application/merge-patch+json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    version?: number;
                    /**
                     * @description Answer as it would, and write nothing
                     * @default false
                     */
                    dryRun?: boolean;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flag: components["schemas"]["Flag"];
                        /** @description Version of the environment */
                        version: number;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        updatedBy: string;
                        /** Format: date-time */
                        archivedAt?: string;
                        /**
                         * Format: date-time
                         * @description Up to an hour early; not part of what the entity tag counts
                         */
                        lastEvaluatedAt?: string;
                        /** @description The latest, while it is live and after; not part of what the entity tag counts */
                        release?: {
                            id: string;
                            /** @enum {string} */
                            state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                            /** @description Absent: the flag's default */
                            rule?: string;
                            /** @description Absent before the start */
                            stage?: string;
                            /** @description The released rule's share */
                            percentage: number;
                            /**
                             * Format: date-time
                             * @description When the present state of the present stage began
                             */
                            since: string;
                        };
                        /** @description What the caller may do with it now, and why not what not; not part of what the entity tag counts */
                        actions: {
                            /**
                             * @description Name of the operation
                             * @enum {string}
                             */
                            action: "whoAmI" | "createSession" | "deleteSession" | "listEnvironments" | "createEnvironment" | "getEnvironment" | "patchEnvironment" | "deleteEnvironment" | "listFlagsEverywhere" | "createFlag" | "getFlagEverywhere" | "watchEnvironment" | "listFlags" | "getFlag" | "putFlag" | "patchFlag" | "archiveFlag" | "restoreFlag" | "disableFlag" | "enableFlag" | "setRollout" | "flagHistory" | "flagMetrics" | "flagShadow" | "flagExperiment" | "listAllReleases" | "listReleases" | "createRelease" | "getRelease" | "releaseReport" | "pauseRelease" | "resumeRelease" | "approveRelease" | "advanceRelease" | "promoteRelease" | "unrelease" | "cancelRelease" | "acknowledgeRelease" | "createAlertSecret" | "listPlans" | "getPlan" | "putPlan" | "previewPlan" | "listPresets" | "deletePlan" | "listSegments" | "getSegment" | "putSegment" | "patchSegment" | "deleteSegment" | "listMembers" | "changeMembers" | "listAudit" | "verifyAudit" | "listVersions" | "getVersion" | "restoreVersion" | "evaluate" | "preview" | "exportFlags" | "importFlags" | "promote" | "applyChanges" | "propose" | "commitProposal" | "listMetrics" | "getMetric" | "putMetric" | "deleteMetric" | "listKeys" | "createKey" | "deleteKey" | "createOverride" | "listChangeRequests" | "getChangeRequest" | "approveChangeRequest" | "rejectChangeRequest" | "listWebhooks" | "createWebhook" | "getWebhook" | "patchWebhook" | "deleteWebhook" | "testWebhook" | "listDeliveries" | "getDelivery" | "redeliver" | "listTokens" | "createToken" | "deleteToken" | "workspaceAudit" | "verifyWorkspaceAudit";
                            allowed: boolean;
                            /** @description Why not; for a person */
                            why?: string;
                        }[];
                        /** @description Present when it has outlived its use; not part of what the entity tag counts */
                        stale?: {
                            /** Format: date-time */
                            since: string;
                            /** @enum {string} */
                            why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue";
                        };
                        diff?: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description For whom of the sample of recent contexts it would change something */
                        preview?: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    percentage: number;
                    rule?: string;
                    split?: {
                        variant: string;
                        weight: number;
                    }[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flagHistory: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flagMetrics: {
        parameters: {
            query?: {
                since?: string;
                until?: string;
                resolution?: "1m" | "5m" | "15m" | "1h" | "1d";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flag: string;
                        /** Format: date-time */
                        since: string;
                        /** Format: date-time */
                        until: string;
                        /** @enum {string} */
                        resolution: "1m" | "5m" | "15m" | "1h" | "1d";
                        /**
                         * Format: date-time
                         * @description Minutes before this one don't change any more
                         */
                        closedUntil: string;
                        /** @description What reaches no verdict of a release, by reason, apart from what client keys reported */
                        uncounted: {
                            [key: string]: number;
                        };
                        /** @description Counters, of four, that couldn't be read: what they have is missing */
                        unread?: number;
                        series: {
                            variant: string;
                            /** @description During a release: `<release>.<epoch>.t` or `.c` */
                            cohort?: string;
                            /** @enum {string} */
                            source: "gate" | "server" | "client";
                            total: {
                                /** @description Through the gate */
                                requests: number;
                                /** @description Of the requests: answered 500 or more */
                                errors: number;
                                /** @description null where there were no requests */
                                errorShare: number | null;
                                statuses: {
                                    "1xx": number;
                                    "2xx": number;
                                    "3xx": number;
                                    "4xx": number;
                                    "5xx": number;
                                };
                                /** @description Milliseconds, within 2 %, of what didn't fail; null where there is none */
                                latency: {
                                    p50: number;
                                    p95: number;
                                    p99: number;
                                } | null;
                                /** @description As they were reported */
                                exposures: number;
                                /** @description Targeting keys whose first exposure this was; known once the minute is closed */
                                keys: number;
                                outcomes: {
                                    [key: string]: {
                                        count: number;
                                        /** @description Of their values */
                                        sum: number;
                                        /** @description Targeting keys that had it within its window, at their first exposure */
                                        units: number;
                                    };
                                };
                                /** @description Reported after their minute was closed; in none of the other numbers */
                                late: number;
                            };
                            /** @description Steps in which nothing was counted are left out */
                            points: {
                                /** @description Through the gate */
                                requests: number;
                                /** @description Of the requests: answered 500 or more */
                                errors: number;
                                /** @description null where there were no requests */
                                errorShare: number | null;
                                statuses: {
                                    "1xx": number;
                                    "2xx": number;
                                    "3xx": number;
                                    "4xx": number;
                                    "5xx": number;
                                };
                                /** @description Milliseconds, within 2 %, of what didn't fail; null where there is none */
                                latency: {
                                    p50: number;
                                    p95: number;
                                    p99: number;
                                } | null;
                                /** @description As they were reported */
                                exposures: number;
                                /** @description Targeting keys whose first exposure this was; known once the minute is closed */
                                keys: number;
                                outcomes: {
                                    [key: string]: {
                                        count: number;
                                        /** @description Of their values */
                                        sum: number;
                                        /** @description Targeting keys that had it within its window, at their first exposure */
                                        units: number;
                                    };
                                };
                                /** @description Reported after their minute was closed; in none of the other numbers */
                                late: number;
                                /** Format: date-time */
                                at: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flagShadow: {
        parameters: {
            query?: {
                since?: string;
                until?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flag: string;
                        /** Format: date-time */
                        since: string;
                        /** Format: date-time */
                        until: string;
                        /** @description Counters, of four, that couldn't be read: what they have is missing */
                        unread?: number;
                        /** @description How often the candidate ran */
                        sampled: number;
                        /** @description By reason */
                        skipped: {
                            [key: string]: number;
                        };
                        compared: number;
                        matched: number;
                        mismatched: {
                            count: number;
                            /** @description Of what was compared, less the share in which control differs from itself */
                            share?: number;
                            /** @description That share, where control ran twice */
                            noise?: number;
                        };
                        /** @description Where control ran twice: who differed from its first run */
                        pairs: {
                            candidateOnly: number;
                            noiseOnly: number;
                            both: number;
                            of: number;
                        };
                        /** @description Natural logarithm of an E-value against: the candidate differs no more often than control from itself */
                        evidence: {
                            logE: number;
                        };
                        errors: number;
                        timeouts: number;
                        fields: {
                            field: string;
                            differed: number;
                            candidateOnly: number;
                            noiseOnly: number;
                        }[];
                        statuses: {
                            control: number;
                            candidate: number;
                            count: number;
                        }[];
                        latency: {
                            control: {
                                p50?: number;
                                p95?: number;
                                p99?: number;
                            };
                            candidate: {
                                p50?: number;
                                p95?: number;
                                p99?: number;
                            };
                            /** @description Candidate's time over control's */
                            ratio: {
                                p50?: number;
                                p95?: number;
                                p99?: number;
                            };
                        };
                        /** @description Kinds of mismatch by the fields that differ, the most frequent ones */
                        fingerprints: {
                            fingerprint: string;
                            count: number;
                            example: {
                                /** @description JSON Pointer; `*` stands for every index of an array */
                                field: string;
                                /** @description Kind and size of what is there, never what it says */
                                control: string;
                                candidate: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flagExperiment: {
        parameters: {
            query?: {
                since?: string;
                until?: string;
                rule?: string;
                baseline?: string;
                alpha?: number;
                trustClients?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flag: string;
                        /** Format: date-time */
                        since: string;
                        /** Format: date-time */
                        until: string;
                        baseline: string;
                        alpha: number;
                        /** @description Share of people by variant, 0 to 1, as it is now */
                        allocation: {
                            [key: string]: number;
                        };
                        /** @description How often the allocation was another one, plus one; never compared across */
                        spans: number;
                        /** @description Distinct targeting keys by variant */
                        exposed: {
                            [key: string]: number;
                        };
                        outcomes: {
                            outcome: string;
                            /**
                             * @description Of the exposed, who had it; how often it came to each; what it came to for each
                             * @enum {string}
                             */
                            measure: "share" | "count" | "value";
                            variant: string;
                            /** @description Of the variant and of the baseline */
                            exposed: number[];
                            /** @description Of the same: how many had it, how often it came, or what it came to, as `measure` says */
                            conversions: number[];
                            /** @description Over the baseline: 0.1 is 10 % more. The interval holds at all times at once; null: no bound */
                            lift: {
                                estimate: number | null;
                                lower: number | null;
                                upper: number | null;
                            };
                            /** @description Whether the interval leaves out that there is no difference */
                            excludesZero: boolean;
                            /** @description Exposures of both until it can, if the lift stays as it is; null: it does, or nothing can be said */
                            needed: number | null;
                        }[];
                        /** @description Whether people fell to the variants as configured; where not, nothing else can be believed */
                        sampleRatio: {
                            logE: number;
                            valid: boolean;
                        };
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllReleases: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                state?: "live" | "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        releases: components["schemas"]["Release"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReleases: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        releases: components["schemas"]["Release"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    rule?: string;
                    /** Format: date-time */
                    startAt?: string;
                    /** @description The start may take people out who have the change now */
                    lower?: boolean;
                    plan: components["schemas"]["PlanInput"] | string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description An entity tag that is held already; then 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description What you hold is current */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseReport: {
        parameters: {
            query?: {
                stage?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        release: {
                            id: string;
                            /** @enum {string} */
                            state: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                            /** @description Absent: the flag's default */
                            rule?: string;
                            /** @description Absent before the start */
                            stage?: string;
                            /** @description The released rule's share */
                            percentage: number;
                            /**
                             * Format: date-time
                             * @description When the present state of the present stage began
                             */
                            since: string;
                        };
                        flag: string;
                        /** @description The chance of ever taking back a healthy release; of intervals, that of missing the truth */
                        alpha: number;
                        /** @description No guard watches it */
                        unguarded: boolean;
                        /** @description Reports that reach no verdict, by reason */
                        uncounted: {
                            [key: string]: number;
                        };
                        stages: {
                            stage: string;
                            /** Format: date-time */
                            enteredAt: string;
                            /** Format: date-time */
                            leftAt?: string;
                            /** @description How it was left; `live` while it isn't */
                            outcome: string;
                            /** @description Of treatment */
                            exposures?: number;
                            guardrails: {
                                metric: string;
                                /** @enum {string} */
                                role: "guard" | "signal" | "watch";
                                /** @enum {string} */
                                verdict: "harm" | "invalid" | "nodata" | "inconclusive" | "healthy" | "unmeasured" | "unknown";
                                clientOnly?: boolean;
                                treatment?: {
                                    exposures: number;
                                    events: number;
                                };
                                control?: {
                                    exposures: number;
                                    events: number;
                                };
                                /** @description Of the rates, as a share of control's; the interval holds at all times at once */
                                effect?: {
                                    estimate: number;
                                    lower: number | null;
                                    upper: number | null;
                                };
                                alarm?: {
                                    logE: number;
                                    at: number;
                                };
                                /** @description The smallest factor of harm that the stage could have seen */
                                detectable: number | null;
                                /** @description The figures that it rests on */
                                evidence: {
                                    [key: string]: unknown;
                                };
                            }[];
                            decisions: {
                                /** Format: date-time */
                                at: string;
                                what: string;
                                /** @description For a person */
                                cause: string;
                                actor: {
                                    id: string;
                                    name: string;
                                    /** @enum {string} */
                                    via: "root" | "token" | "access" | "release";
                                };
                                /** @enum {string} */
                                from: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                                /** @enum {string} */
                                to: "draft" | "scheduled" | "baking" | "gated" | "paused" | "suspended" | "watching" | "completed" | "unreleased" | "cancelled";
                                stage: string | null;
                                /** @description The released rule's share from then on; null: as before the release, or not known */
                                percentage?: number | null;
                                epoch: number;
                                comment: string;
                                /** @description The figures that it rests on */
                                evidence: {
                                    [key: string]: unknown;
                                };
                            }[];
                            /** @description Metrics that weren't shown to be healthy when it was left */
                            unverified: string[];
                            /** @description Metrics that had nothing to be compared with */
                            unmeasured: string[];
                            /** @description What an admin went past, in words */
                            forced: string[];
                            /** @description What the preview said at the start */
                            promised?: {
                                stage: string;
                                percentage?: number;
                                /** @description From the stage's entry, bake and warm-up included; null: never, or not known */
                                seconds: number | null;
                                guardrails: {
                                    metric: string;
                                    secondsToSafety: number | null;
                                    /** @description The smallest factor of harm that would be seen within it */
                                    detectable: number | null;
                                }[];
                            };
                        }[];
                    };
                    "text/html": string;
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advanceRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    /** @description Past closed gates and missing data, never past harm: for admins, with a comment */
                    force?: boolean;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promoteRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    /** @description Past closed gates and missing data, never past harm: for admins, with a comment */
                    force?: boolean;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unrelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    stage?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAlertSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        release: string;
                        /** @description Shown this once; absent when the answer is a replay */
                        secret?: string;
                        /** @description For monitors that can't sign, as Bearer with `?action=`; shown this once, like the secret */
                        token?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlans: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plans: components["schemas"]["Plan"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description An entity tag that is held already; then 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description What you hold is current */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PlanInput"];
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    flag: string;
                    rule?: string;
                    plan: components["schemas"]["PlanInput"] | string;
                    traffic?: {
                        /** @description Requests a second */
                        perSecond: number;
                        /** @description Without it: that of the last 7 days, or 0 */
                        errorShare?: number;
                        /** @description How many people that is; where keys are known */
                        people?: number;
                    };
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        traffic: {
                            perSecond: number;
                            errorShare: number;
                            people?: number;
                            /** @enum {string} */
                            from: "measured" | "given";
                        };
                        stages: {
                            stage: string;
                            percentage?: number;
                            /** @description From the stage's entry, bake and warm-up included; null: never, or not known */
                            seconds: number | null;
                            guardrails: {
                                metric: string;
                                secondsToSafety: number | null;
                                /** @description The smallest factor of harm that would be seen within it */
                                detectable: number | null;
                            }[];
                        }[];
                        /** @description Of all stages, watching included; null: never, or not known */
                        seconds: number | null;
                        warnings: {
                            /** @enum {string} */
                            code: "no-traffic" | "never-sure" | "takes-out" | "unreported" | "unguarded";
                            path: string;
                            message: string;
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPresets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        presets: {
                            name: string;
                            description: string;
                            plan: {
                                stages: {
                                    name: string;
                                    /** @description Share of the released rule */
                                    percentage?: number;
                                    /** @description Short for `when: { segment }` */
                                    segment?: string;
                                    when?: components["schemas"]["Condition"];
                                    /** @description Share of requests on which the candidate also runs, unseen */
                                    shadow?: number;
                                    /**
                                     * @default 0s
                                     * @example 30m
                                     * @example 1h30m
                                     */
                                    minBake: string;
                                    /**
                                     * @description The stage's first minutes, that count for no evidence: as long as the cold start
                                     * @default 3m
                                     * @example 30m
                                     * @example 1h30m
                                     */
                                    warmup: string;
                                    /** @default 0 */
                                    minExposures: number;
                                    /** @default [] */
                                    gates: ({
                                        approval: {
                                            /**
                                             * @default operator
                                             * @enum {string}
                                             */
                                            role: "viewer" | "operator" | "editor" | "admin";
                                            /** @default false */
                                            notAuthor: boolean;
                                        };
                                    } | {
                                        webhook: {
                                            /**
                                             * Format: uri
                                             * @description Asked by POST: 200 or 204 within the timeout opens it, nothing else does
                                             */
                                            url: string;
                                            /** @description `whsec_` and the base64 of 24 to 64 bytes */
                                            secret?: string;
                                            /**
                                             * @default 10s
                                             * @example 30m
                                             * @example 1h30m
                                             */
                                            timeout: string;
                                        };
                                    })[];
                                    /**
                                     * @description Last stage only: how long it is watched before it is complete
                                     * @example 30m
                                     * @example 1h30m
                                     */
                                    watch?: string;
                                }[];
                                /** @description `errors` (guard) and `latency` (signal) unless given */
                                guardrails: {
                                    metric: string;
                                    /**
                                     * @default guard
                                     * @enum {string}
                                     */
                                    role: "guard" | "signal" | "watch";
                                    /**
                                     * @default increase
                                     * @enum {string}
                                     */
                                    harm: "increase" | "decrease";
                                    /** @default 1 */
                                    tolerate: number;
                                    /** @default 2 */
                                    detect: number;
                                    /** @description Smallest difference of the rates that matters: 0.001 unless it is given where harm is an increase of a share, else 0 */
                                    minAbsolute?: number;
                                    ceiling?: number | string;
                                    /** @default 1 */
                                    weight: number;
                                    /**
                                     * @description Of a signal: whether the release waits until it is healthy, as for a guard
                                     * @default true
                                     */
                                    hold: boolean;
                                    /** @enum {string} */
                                    per?: "unit" | "event";
                                    /**
                                     * @example 30m
                                     * @example 1h30m
                                     */
                                    window?: string;
                                    expect?: string;
                                }[];
                                /** @default 0.01 */
                                alpha: number;
                                /** @default 0.1 */
                                beta: number;
                                /**
                                 * @description When `onInconclusive` is done, of active time; never before twice `minBake`. In `watching`: after it
                                 * @default 24h
                                 * @example 30m
                                 * @example 1h30m
                                 */
                                maxBake: string;
                                /** @default 0 */
                                holdback: number;
                                /**
                                 * @default unrelease
                                 * @enum {string}
                                 */
                                onHarm: "unrelease" | "disable" | "pause";
                                /**
                                 * @description `before`: the share served before the release, never more than now
                                 * @default zero
                                 * @enum {string}
                                 */
                                unreleaseTo: "zero" | "before";
                                /**
                                 * @description When a side is over a ceiling and treatment isn't seen to be worse
                                 * @default pause
                                 * @enum {string}
                                 */
                                onCeiling: "pause" | "unrelease";
                                /**
                                 * @default hold
                                 * @enum {string}
                                 */
                                onInconclusive: "hold" | "pause" | "unrelease" | "advance";
                                /**
                                 * @default hold
                                 * @enum {string}
                                 */
                                onNoData: "hold" | "pause" | "unrelease";
                                /** @default [] */
                                freeze: string[];
                                /** @default false */
                                trustClients: boolean;
                            };
                        }[];
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSegments: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        segments: components["schemas"]["SegmentView"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description An entity tag that is held already; then 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description What you hold is current */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    key?: string;
                    /** @default  */
                    name?: string;
                    /** @default [] */
                    include?: string[];
                    /** @default [] */
                    exclude?: string[];
                    /** @default targetingKey */
                    by?: string;
                    /**
                     * @default {
                     *       "any": []
                     *     }
                     */
                    when?: components["schemas"]["ConditionInput"];
                    /** @default  */
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    key?: string;
                    /** @default  */
                    name?: string;
                    /** @default [] */
                    include?: string[];
                    /** @default [] */
                    exclude?: string[];
                    /** @default targetingKey */
                    by?: string;
                    /**
                     * @default {
                     *       "any": []
                     *     }
                     */
                    when?: components["schemas"]["ConditionInput"];
                    /** @default  */
                    description?: string;
                };
                "application/merge-patch+json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                list?: "include" | "exclude";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        members: string[];
                        /** @description How many the whole list has */
                        count: number;
                        /** @description Version at which the list was this one: all pages are of the same */
                        version: number;
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMembers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default [] */
                    add?: string[];
                    /** @default [] */
                    remove?: string[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                flag?: string;
                actor?: string;
                action?: string;
                since?: string;
                until?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        entries: number;
                        /** @description Hash of the last entry */
                        head: string;
                    } | {
                        /** @constant */
                        ok: false;
                        /** @description Sequence of the first entry that is missing or altered */
                        brokenAt: number;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVersions: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: {
                            version: number;
                            /** Format: date-time */
                            at: string;
                            actor: components["schemas"]["Actor"];
                            /** @description The first few changes, and the comment */
                            summary: string;
                        }[];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: number;
                        /** Format: date-time */
                        at: string;
                        actor: components["schemas"]["Actor"];
                        /** @description The first few changes, and the comment */
                        summary: string;
                        flags: components["schemas"]["Flag"][];
                        segments: components["schemas"]["Segment"][];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Answer as it would, and write nothing
                     * @default false
                     */
                    dryRun?: boolean;
                    /**
                     * @description Flags that are being released stay as they are, or their releases are cancelled before
                     * @default keep
                     * @enum {string}
                     */
                    releases?: "keep" | "cancel";
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        diff: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description What stayed as it was here: shares and `enabled` that were not asked for, and flags that are being released */
                        kept: {
                            flag: string;
                            /** @description JSON Pointers into the flag; the empty one is the whole flag */
                            paths: string[];
                        }[];
                        /** @description For whom of the sample of recent contexts it would change something */
                        preview?: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    evaluate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    context: {
                        [key: string]: unknown;
                    };
                    flag?: string;
                    /** @description A version: that state, judged now. Or an instant: the newest state of then, and everything judged then */
                    at?: number | string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flags: {
                            /** @description Absent: the default in the caller's code applies */
                            value?: unknown;
                            variant?: string;
                            /** @enum {string} */
                            reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                            ruleId?: string;
                            key: string;
                            trace: ({
                                /** @constant */
                                step: "enabled";
                                held: boolean;
                                /** @description For a person */
                                why: string;
                            } | {
                                /** @constant */
                                step: "prerequisite";
                                flag: string;
                                held: boolean;
                                /** @description For a person */
                                why: string;
                            } | {
                                /** @constant */
                                step: "rule";
                                ruleId: string;
                                held: boolean;
                                /** @description For a person */
                                why: string;
                                condition: components["schemas"]["ConditionTrace"];
                                rollout?: {
                                    salt: string;
                                    hash: string;
                                    /** @description What was hashed after the salt; absent where there was nothing to hash */
                                    hashed?: string;
                                    /** @description Its place among the hash's places, from 0 on */
                                    bucket?: number;
                                    /** @description How many places the hash has: 2^32 for murmur3 */
                                    places?: number;
                                    /** @description The bucket in per cent of the places */
                                    position?: number;
                                    /** @description null: it passed on */
                                    variant: string | null;
                                    /** @description For a person */
                                    why: string;
                                };
                            } | {
                                /** @constant */
                                step: "default";
                                held: boolean;
                                /** @description For a person */
                                why: string;
                                rollout?: {
                                    salt: string;
                                    hash: string;
                                    /** @description What was hashed after the salt; absent where there was nothing to hash */
                                    hashed?: string;
                                    /** @description Its place among the hash's places, from 0 on */
                                    bucket?: number;
                                    /** @description How many places the hash has: 2^32 for murmur3 */
                                    places?: number;
                                    /** @description The bucket in per cent of the places */
                                    position?: number;
                                    /** @description null: it passed on */
                                    variant: string | null;
                                    /** @description For a person */
                                    why: string;
                                };
                            })[];
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    changes: ({
                        /** @constant */
                        op: "putFlag";
                        flag: components["schemas"]["FlagInput"];
                    } | {
                        /** @constant */
                        op: "patchFlag";
                        key: string;
                        patch: unknown;
                    } | {
                        percentage: number;
                        rule?: string;
                        split?: {
                            variant: string;
                            weight: number;
                        }[];
                        /** @constant */
                        op: "setRollout";
                        key: string;
                    } | {
                        /** @enum {string} */
                        op: "enableFlag" | "disableFlag" | "archiveFlag";
                        key: string;
                    } | {
                        /** @constant */
                        op: "putSegment";
                        segment: components["schemas"]["SegmentInput"];
                    } | {
                        /** @constant */
                        op: "deleteSegment";
                        key: string;
                    })[];
                    contexts?: {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flags: {
                            key: string;
                            /** @description For how many contexts value or variant would be another */
                            changed: number;
                            of: number;
                            examples: {
                                context: {
                                    [key: string]: unknown;
                                };
                                /** @description null: there is no such flag */
                                before: {
                                    /** @description Absent: the default in the caller's code applies */
                                    value?: unknown;
                                    variant?: string;
                                    /** @enum {string} */
                                    reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                    ruleId?: string;
                                } | null;
                                after: {
                                    /** @description Absent: the default in the caller's code applies */
                                    value?: unknown;
                                    variant?: string;
                                    /** @enum {string} */
                                    reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                    ruleId?: string;
                                } | null;
                            }[];
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportFlags: {
        parameters: {
            query?: {
                format?: "sluice" | "native";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        format: "sluice";
                        /** @constant */
                        formatVersion: 1;
                        environment: string;
                        /** @description `<incarnation>.<version>`: names one state of one environment for ever */
                        revision: string;
                        flags: components["schemas"]["Flag"][];
                        segments: components["schemas"]["Segment"][];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importFlags: {
        parameters: {
            query?: {
                format?: "sluice" | "native";
                dryRun?: "true" | "false";
                partial?: "true" | "false";
            };
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
                /** @description Why, for the log: percent-encoded UTF-8 */
                "Sluice-Comment"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    format: "sluice";
                    /** @constant */
                    formatVersion: 1;
                    environment?: string;
                    revision?: string;
                    /** @default [] */
                    flags?: unknown[];
                    /** @default [] */
                    segments?: unknown[];
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Keys of the flags that are now as in the document */
                        imported: string[];
                        refused: {
                            flag?: string;
                            segment?: string;
                            /** @description JSON Pointer into the document */
                            path: string;
                            reason: string;
                        }[];
                        diff: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description Of a dry run: for whom of the sample it would change something */
                        preview?: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: string;
                    /** @description Without it, all flags */
                    flags?: string[];
                    /** @description What of how far a flag has got comes along too; without it the shares and `enabled` of here stay */
                    include?: ("share" | "enabled")[];
                    /**
                     * @description Answer as the promotion would, and write nothing
                     * @default false
                     */
                    dryRun?: boolean;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        diff: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description What stayed as it was here: shares and `enabled` that were not asked for, and flags that are being released */
                        kept: {
                            flag: string;
                            /** @description JSON Pointers into the flag; the empty one is the whole flag */
                            paths: string[];
                        }[];
                        /** @description Of a dry run: for whom of the sample of recent contexts it would change something */
                        preview?: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    applyChanges: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    changes: ({
                        /** @constant */
                        op: "putFlag";
                        flag: components["schemas"]["FlagInput"];
                    } | {
                        /** @constant */
                        op: "patchFlag";
                        key: string;
                        patch: unknown;
                    } | {
                        percentage: number;
                        rule?: string;
                        split?: {
                            variant: string;
                            weight: number;
                        }[];
                        /** @constant */
                        op: "setRollout";
                        key: string;
                    } | {
                        /** @enum {string} */
                        op: "enableFlag" | "disableFlag" | "archiveFlag";
                        key: string;
                    } | {
                        /** @constant */
                        op: "putSegment";
                        segment: components["schemas"]["SegmentInput"];
                    } | {
                        /** @constant */
                        op: "deleteSegment";
                        key: string;
                    })[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    propose: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    changes?: ({
                        /** @constant */
                        op: "putFlag";
                        flag: components["schemas"]["FlagInput"];
                    } | {
                        /** @constant */
                        op: "patchFlag";
                        key: string;
                        patch: unknown;
                    } | {
                        percentage: number;
                        rule?: string;
                        split?: {
                            variant: string;
                            weight: number;
                        }[];
                        /** @constant */
                        op: "setRollout";
                        key: string;
                    } | {
                        /** @enum {string} */
                        op: "enableFlag" | "disableFlag" | "archiveFlag";
                        key: string;
                    } | {
                        /** @constant */
                        op: "putSegment";
                        segment: components["schemas"]["SegmentInput"];
                    } | {
                        /** @constant */
                        op: "deleteSegment";
                        key: string;
                    })[];
                    release?: {
                        rule?: string;
                        /** Format: date-time */
                        startAt?: string;
                        /** @description The start may take people out who have the change now */
                        lower?: boolean;
                        plan: components["schemas"]["PlanInput"] | string;
                        comment?: string;
                        flag: string;
                    };
                    promote?: {
                        from: string;
                        /** @description Without it, all flags */
                        flags?: string[];
                        /** @description What of how far a flag has got comes along too; without it the shares and `enabled` of here stay */
                        include?: ("share" | "enabled")[];
                        comment?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Its name, to be committed by */
                        proposal: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** @description Version of the environment that it was looked at in */
                        version: number;
                        diff: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description For whom of the sample of recent contexts it would change something */
                        preview: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                        needs: ("nothing" | "approval") | ("viewer" | "operator" | "editor" | "admin");
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    commitProposal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"] | components["schemas"]["Release"] | {
                        diff: {
                            target: {
                                kind: string;
                                key: string;
                            };
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            before: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description A whole resource; null where none was in force. The listed members of a segment are counted */
                            after: components["schemas"]["Flag"] | {
                                key: string;
                                /** @default  */
                                name: string;
                                include: {
                                    count: number;
                                };
                                exclude: {
                                    count: number;
                                };
                                /** @default targetingKey */
                                by: string;
                                /**
                                 * @default {
                                 *       "any": []
                                 *     }
                                 */
                                when: components["schemas"]["Condition"];
                                /** @default  */
                                description: string;
                            } | components["schemas"]["Key"] | {
                                [key: string]: unknown;
                            } | null;
                            /** @description The places that differ. Empty where there is nothing to compare: made new, or taken away */
                            changes: {
                                /** @description JSON Pointer into the resource */
                                path: string;
                                /** @description null also where there was nothing */
                                before: unknown;
                                /** @description null also where there is nothing */
                                after: unknown;
                            }[];
                            /** @description What it comes to, for a person */
                            sentence: string;
                        }[];
                        /** @description What stayed as it was here: shares and `enabled` that were not asked for, and flags that are being released */
                        kept: {
                            flag: string;
                            /** @description JSON Pointers into the flag; the empty one is the whole flag */
                            paths: string[];
                        }[];
                        /** @description Of a dry run: for whom of the sample of recent contexts it would change something */
                        preview?: {
                            flags: {
                                key: string;
                                /** @description For how many contexts value or variant would be another */
                                changed: number;
                                of: number;
                                examples: {
                                    context: {
                                        [key: string]: unknown;
                                    };
                                    /** @description null: there is no such flag */
                                    before: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                    after: {
                                        /** @description Absent: the default in the caller's code applies */
                                        value?: unknown;
                                        variant?: string;
                                        /** @enum {string} */
                                        reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED";
                                        ruleId?: string;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
            };
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMetrics: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        metrics: {
                            name: string;
                            /**
                             * @description unit: each targeting key once, with its first exposure
                             * @enum {string}
                             */
                            per: "unit" | "event";
                            /** @description How long after its first exposure an outcome belongs to it */
                            window: string;
                            /** @description false: every environment has it, or somebody has reported it */
                            defined: boolean;
                        }[];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetric: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /**
                         * @description unit: each targeting key once, with its first exposure
                         * @enum {string}
                         */
                        per: "unit" | "event";
                        /** @description How long after its first exposure an outcome belongs to it */
                        window: string;
                        /** @description false: every environment has it, or somebody has reported it */
                        defined: boolean;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    /**
                     * @default event
                     * @enum {string}
                     */
                    per?: "unit" | "event";
                    /**
                     * @default 30m
                     * @example 30m
                     * @example 1h30m
                     */
                    window?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /**
                         * @description unit: each targeting key once, with its first exposure
                         * @enum {string}
                         */
                        per: "unit" | "event";
                        /** @description How long after its first exposure an outcome belongs to it */
                        window: string;
                        /** @description false: every environment has it, or somebody has reported it */
                        defined: boolean;
                    };
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /**
                         * @description unit: each targeting key once, with its first exposure
                         * @enum {string}
                         */
                        per: "unit" | "event";
                        /** @description How long after its first exposure an outcome belongs to it */
                        window: string;
                        /** @description false: every environment has it, or somebody has reported it */
                        defined: boolean;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["Key"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "client" | "server";
                    name: string;
                    /** @default [] */
                    origins?: string[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        kind: "client" | "server";
                        name: string;
                        origins: string[];
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        /** @description Shown this once; absent when the answer is a replay */
                        secret?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOverride: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    flag: string;
                    variant: string;
                    /** Format: date-time */
                    expiresAt?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        flag: string;
                        variant: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** @description For the header or the cookie `Sluice-Override`. Shown this once; absent when the answer is a replay */
                        override?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChangeRequests: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                state?: "open" | "applied" | "rejected" | "outdated";
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changeRequests: components["schemas"]["ChangeRequest"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChangeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveChangeRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rejectChangeRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRequest"];
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhooks: {
                            id: string;
                            url: string;
                            events: ("decision" | "harm" | "end")[];
                            /** @enum {string} */
                            format: "standard" | "slack";
                            /** Format: date-time */
                            createdAt: string;
                            createdBy: string;
                            /** Format: date-time */
                            updatedAt: string;
                            updatedBy: string;
                        }[];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description https on port 443 to a public host name, without user info; redirects are not followed */
                    url: string;
                    /**
                     * @default [
                     *       "decision",
                     *       "harm",
                     *       "end"
                     *     ]
                     */
                    events?: ("decision" | "harm" | "end")[];
                    /**
                     * @description slack: the body is `{ "text": … }`
                     * @default standard
                     * @enum {string}
                     */
                    format?: "standard" | "slack";
                    /** @description `whsec_` and the base64 of 24 to 64 bytes */
                    secret?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        url: string;
                        events: ("decision" | "harm" | "end")[];
                        /** @enum {string} */
                        format: "standard" | "slack";
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        /** Format: date-time */
                        updatedAt: string;
                        updatedBy: string;
                        /** @description Shown this once; absent when the answer is a replay */
                        secret?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description An entity tag that is held already; then 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        url: string;
                        events: ("decision" | "harm" | "end")[];
                        /** @enum {string} */
                        format: "standard" | "slack";
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        /** Format: date-time */
                        updatedAt: string;
                        updatedBy: string;
                    };
                };
            };
            /** @description What you hold is current */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description https on port 443 to a public host name, without user info; redirects are not followed */
                    url?: string;
                    events?: ("decision" | "harm" | "end")[];
                    /**
                     * @description slack: the body is `{ "text": … }`
                     * @enum {string}
                     */
                    format?: "standard" | "slack";
                    /** @description `whsec_` and the base64 of 24 to 64 bytes */
                    secret?: string;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        url: string;
                        events: ("decision" | "harm" | "end")[];
                        /** @enum {string} */
                        format: "standard" | "slack";
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        /** Format: date-time */
                        updatedAt: string;
                        updatedBy: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The receiver gets it as `webhook-id`, the same at every attempt */
                        id: string;
                        /** @enum {string} */
                        event: "decision" | "harm" | "end" | "test";
                        /** Format: date-time */
                        at: string;
                        /** @enum {string} */
                        state: "waiting" | "delivered" | "failed";
                        /** Format: date-time */
                        nextAttemptAt?: string;
                        attempts: {
                            /** Format: date-time */
                            at: string;
                            /** @description How long it took */
                            ms: number;
                            status?: number;
                            /**
                             * @description Why there was no status. address: nothing may be sent there any more
                             * @enum {string}
                             */
                            error?: "timeout" | "unreachable" | "address";
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: {
                            /** @description The receiver gets it as `webhook-id`, the same at every attempt */
                            id: string;
                            /** @enum {string} */
                            event: "decision" | "harm" | "end" | "test";
                            /** Format: date-time */
                            at: string;
                            /** @enum {string} */
                            state: "waiting" | "delivered" | "failed";
                            /** Format: date-time */
                            nextAttemptAt?: string;
                            attempts: {
                                /** Format: date-time */
                                at: string;
                                /** @description How long it took */
                                ms: number;
                                status?: number;
                                /**
                                 * @description Why there was no status. address: nothing may be sent there any more
                                 * @enum {string}
                                 */
                                error?: "timeout" | "unreachable" | "address";
                            }[];
                        }[];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The receiver gets it as `webhook-id`, the same at every attempt */
                        id: string;
                        /** @enum {string} */
                        event: "decision" | "harm" | "end" | "test";
                        /** Format: date-time */
                        at: string;
                        /** @enum {string} */
                        state: "waiting" | "delivered" | "failed";
                        /** Format: date-time */
                        nextAttemptAt?: string;
                        attempts: {
                            /** Format: date-time */
                            at: string;
                            /** @description How long it took */
                            ms: number;
                            status?: number;
                            /**
                             * @description Why there was no status. address: nothing may be sent there any more
                             * @enum {string}
                             */
                            error?: "timeout" | "unreachable" | "address";
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the environment */
                env: string;
                /** @description One percent-encoded segment */
                key: string;
                /** @description One percent-encoded segment */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Taken on; not done yet */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The receiver gets it as `webhook-id`, the same at every attempt */
                        id: string;
                        /** @enum {string} */
                        event: "decision" | "harm" | "end" | "test";
                        /** Format: date-time */
                        at: string;
                        /** @enum {string} */
                        state: "waiting" | "delivered" | "failed";
                        /** Format: date-time */
                        nextAttemptAt?: string;
                        attempts: {
                            /** Format: date-time */
                            at: string;
                            /** @description How long it took */
                            ms: number;
                            status?: number;
                            /**
                             * @description Why there was no status. address: nothing may be sent there any more
                             * @enum {string}
                             */
                            error?: "timeout" | "unreachable" | "address";
                        }[];
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tokens: components["schemas"]["Token"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    role: "viewer" | "operator" | "editor" | "admin";
                    environments: "*"[] | string[];
                    /** Format: date-time */
                    expiresAt?: string;
                    /** @constant */
                    agent?: true;
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        environments: "*"[] | string[];
                        /** Format: date-time */
                        expiresAt?: string;
                        /**
                         * @description An agent's: it writes at /mcp only
                         * @constant
                         */
                        agent?: true;
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        /** @description Shown this once; absent when the answer is a replay */
                        secret?: string;
                    };
                };
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that must still be current; else 412 */
                "If-Match"?: string;
                /** @description 1 to 255 printable ASCII characters: sent again within 24 h, it is done once */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description One percent-encoded segment */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description Done; nothing is left to show */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Sluice-Version": components["headers"]["Sluice-Version"];
                    "Sluice-Revision": components["headers"]["Sluice-Revision"];
                    "Idempotent-Replay": components["headers"]["Idempotent-Replay"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or: The request can't be read */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The present state doesn't allow this, or: The flag is archived, or: Others depend on it, or: The first request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After-Sometimes"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed meanwhile */
            412: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This content type is not accepted */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaceAudit: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
                actor?: string;
                action?: string;
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description Present when there is more: pass it as `cursor` */
                        cursor?: string;
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content is not valid, or: This Idempotency-Key stands for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyWorkspaceAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, or found */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        entries: number;
                        /** @description Hash of the last entry */
                        head: string;
                    } | {
                        /** @constant */
                        ok: false;
                        /** @description Sequence of the first entry that is missing or altered */
                        brokenAt: number;
                    };
                };
            };
            /** @description A valid credential is needed */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This credential may not do that, or: This comes from another site */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
