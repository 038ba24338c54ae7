package demo

import (
	"fmt"
	"time"
)

// The users who submit.
const (
	nightly = "ci-nightly"
	merges  = "ci-main"
	pulls   = "ci-pull-requests"
	release = "release-bot"
	tester  = "Mara Lindqvist"
)

// catalog is what the three teams have: suites, configurations, releases.
func catalog(seed uint64, now time.Time) []*project {
	projects := []*project{
		{name: "Storefront", version: "4.%d", firstVersion: 12, suites: storefront()},
		{name: "Wallet app", version: "Autumn %d", firstVersion: 3, suites: wallet()},
		{name: "Payments platform", version: "2026.%d", firstVersion: 21, suites: payments()},
	}
	for _, p := range projects {
		p.milestones = p.plannedReleases(now)
		for _, s := range p.suites {
			s.project = p
			s.populate(seed, now)
		}
	}
	return projects
}

func storefront() []*suite {
	return []*suite{
		{
			source: "backend-api", style: service, daily: 2, median: 180 * time.Millisecond, lanes: 1, drift: 0.2,
			areas:  []string{"cart", "catalog", "checkout", "coupons", "inventory", "invoices", "orders", "returns", "reviews", "search", "shipping", "wishlist"},
			checks: serviceChecks,
		},
		{
			source: "web-e2e", style: browser, daily: 1, isNightly: true, median: 9 * time.Second, lanes: 8, drift: 0.45,
			configs: []string{"Chrome 142", "Firefox 145", "Safari 26"},
			areas: []string{
				"address book", "cart drawer", "category page", "checkout", "cookie banner", "guest checkout", "gift cards", "home page",
				"newsletter", "order history", "password reset", "product page", "reviews", "search results", "sign in", "wishlist",
			},
			checks: browserChecks,
		},
		{
			source: "search-relevance", style: service, daily: 0.5, median: 1400 * time.Millisecond, lanes: 2,
			areas:  []string{"synonyms", "spelling", "facets", "ranking", "languages"},
			checks: serviceChecks[:8],
		},
	}
}

func wallet() []*suite {
	areas := []string{
		"Onboarding", "Face unlock", "Accounts", "Cards", "Transfers", "Standing orders", "Statements", "Notifications",
		"Exchange rates", "Contacts", "Settings", "Offline mode",
	}
	return []*suite{
		{
			source: "ios-ui", style: device, daily: 0.5, isNightly: true, median: 14 * time.Second, lanes: 4, drift: 0.1,
			configs: []string{"iPhone 17, iOS 26", "iPad Air, iOS 26"}, areas: areas, checks: deviceChecks,
		},
		{
			source: "android-ui", style: device, daily: 0.5, isNightly: true, median: 17 * time.Second, lanes: 4, drift: 0.6,
			configs: []string{"Pixel 10, Android 16", "Galaxy S25, Android 15"}, areas: areas, checks: deviceChecks,
		},
		{
			source: "contract-tests", style: service, daily: 1, median: 60 * time.Millisecond, lanes: 1,
			areas:  []string{"accounts", "cards", "identity", "limits", "rates", "statements"},
			checks: serviceChecks[4:12],
		},
	}
}

func payments() []*suite {
	return []*suite{
		{
			source: "payments-unit", style: service, daily: 2, median: 12 * time.Millisecond, lanes: 1, drift: 0.1,
			areas: []string{
				"authorisation", "batches", "capture", "chargebacks", "currencies", "fees", "fraud", "idempotency", "ledger", "limits",
				"payouts", "reconciliation", "refunds", "tokens",
			},
			checks: serviceChecks,
		},
		{
			source: "payments-integration", style: service, daily: 1, median: 2200 * time.Millisecond, lanes: 3, drift: 0.3,
			configs: []string{"PostgreSQL 17", "PostgreSQL 18"},
			areas:   []string{"acquirer", "bank files", "card schemes", "direct debit", "ledger", "messaging", "payouts", "refunds", "reports", "webhooks"},
			checks:  serviceChecks[:12],
		},
		{
			source: "settlement", style: service, isNightly: true, median: 48 * time.Second, lanes: 2, drift: 0.15,
			areas:  []string{"end of day", "end of month", "bank holidays", "foreign currency", "partial refunds"},
			checks: serviceChecks[:6],
		},
	}
}

// What is checked in every area of a suite. %s is the area.
var (
	serviceChecks = []string{
		"keeps the total of %s exact", "refuses %s without a token", "pages through %s in a stable order", "writes %s once when sent twice",
		"reads %s of another tenant as missing", "rolls back %s when the queue is full", "names the field that is wrong in %s",
		"accepts %s of a former version", "expires %s after a day", "counts %s by day in the reader's zone", "rounds %s half to even",
		"locks %s while it is exported", "sends one event per change of %s", "trims names in %s", "sorts %s by creation",
		"rejects %s in an unknown currency", "merges %s of two accounts", "caches %s for a minute", "survives a restart within %s",
		"limits %s to a hundred per request", "deletes %s with its owner", "audits every change of %s", "exports %s as CSV",
		"imports %s with a byte order mark",
	}
	browserChecks = []string{
		"%s › opens from the menu", "%s › can be used with the keyboard alone", "%s › keeps its state after a reload",
		"%s › shows an error in words", "%s › fits a narrow screen", "%s › works with an ad blocker",
	}
	deviceChecks = []string{
		"%s opens from the home screen", "%s survives a change to the background", "%s is read out by the screen reader",
		"%s works in dark mode", "%s recovers from a lost connection",
	}
)

// config is the configuration of a suite's nth run; "" when it has none.
func (s *suite) config(n int) string {
	if len(s.configs) == 0 {
		return ""
	}
	return s.configs[n%len(s.configs)]
}

// configs are those of all suites of a project.
func (p *project) configs() []string {
	var names []string
	for _, s := range p.suites {
		names = append(names, s.configs...)
	}
	return names
}

// releaseName is "Storefront 4.13".
func (p *project) releaseName(n int) string {
	return p.name + " " + fmt.Sprintf(p.version, p.firstVersion+n)
}
