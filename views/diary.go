package views

// DiaryRegion is all of the diary of submissions that a link in it updates.
const DiaryRegion = "diary"

// DiaryView is the diary of submissions: did the results arrive, and if not, why?
type DiaryView struct {
	Layout   Layout
	Tokens   []DiaryToken
	Outcomes []Segment
	Summary  string // "132 requests of the last 30 days, page 1 of 3"
	Rows     []DiaryRow
	Pager    PagerView
	Chips    []Chip     // The token whose requests these are.
	Reset    string     // URL without a filter; empty where a chip's or a status' is the same.
	Start    *StartView // What to paste when nobody has submitted anything.
	Problems []string   // What makes no sense in the address.
}

// DiaryToken is a token that has submitted something.
type DiaryToken struct {
	ID       string // As the address names it.
	Name     string
	Href     string // Its requests, or all of them when these are shown.
	Selected bool
	Accepted string
	Refused  string
	Failed   string  // Its refused requests; empty when there is none.
	Last     Instant // The last accepted one.
}

// DiaryRow is one request.
type DiaryRow struct {
	At      Instant
	Token   string
	What    string // "500 tests"
	Run     Link   // "run 12"; without a text when it is about none.
	Outcome Badge
	Reason  string // Why it was refused.
	Size    string // As it was sent.
	Detail  string // "1.4 MB unpacked"
	Client  string
	Took    string
}
