/** Phrases that are hard to read, each with what to write instead. A space in a pattern matches any white space. */

export interface Phrase {
  readonly id: string
  readonly pattern: RegExp
  readonly instead: string
  /** A sentence that contains the phrase. */
  readonly bad: string
  /** The same sentence in plain words, which the rule must not report. */
  readonly good: string
}

export const phrases: ReadonlyArray<Phrase> = [
  {
    id: "is-no",
    pattern:
      /(?<!\bthere (?:\w+ )?)\b(?:is|are|was|were|be|becomes?|became) no (?!longer\b|more than\b|problem\b|matter\b|other\b)\w+/,
    instead: "\"is not a\", or \"there is no\"",
    bad: "A device in the middle is no directory.",
    good: "A device in the middle is not a directory, and there is no error."
  },
  {
    id: "as-x-has-it",
    pattern: /\bas (?!an?\b)(?:\w+ ){1,4}(?:has|have) (?:it|them)\b/,
    instead: "\"as in …\" or \"like …\"",
    bad: "Dates are printed as ls has them.",
    good: "Dates are printed like those of ls."
  },
  {
    id: "has-it-that",
    pattern: /\b(?:has|have|had) it that\b/,
    instead: "\"says that\"",
    bad: "The manual has it that links count.",
    good: "The manual says that links count."
  },
  {
    id: "told",
    pattern: /\b(?:is|are|was|were|be|been|unless|first) told\b(?! (?:to|apart)\b)/,
    instead: "\"reported\", \"set\", \"given\" or \"notified\"",
    bad: "Of several faults, the first is told.",
    good: "The first of several faults is reported, unless the program was told to go on."
  },
  {
    id: "befall",
    pattern: /\bbefall(?:s|en)?\b/,
    instead: "\"happens to\"",
    bad: "The watcher sees what befalls the directory.",
    good: "The watcher sees what happens to the directory."
  },
  {
    id: "of-outside",
    pattern: /\bof (?:the )?outside\b/,
    instead: "\"outside the root\"",
    bad: "Nobody may read a file of outside.",
    good: "Nobody may read a file outside the root."
  },
  {
    id: "names-of-it",
    pattern: /\bby (?:the )?names? of (?:it|them|its|theirs)\b/,
    instead: "\"by one of its names\"",
    bad: "It is seen by names of it in the upper layer.",
    good: "It is seen under its other names in the upper layer."
  },
  {
    id: "nobody-but",
    pattern: /\b(?:nobody|no one|none) but\b/,
    instead: "\"only\"",
    bad: "Nobody but root may open it.",
    good: "Only root may open it."
  },
  {
    id: "be-it",
    pattern: /\bbe it\b/,
    instead: "\"whether it is\"",
    bad: "A file, be it open or closed, is removed.",
    good: "A file is removed, whether it is open or closed."
  },
  {
    id: "whose-it-is",
    pattern: /\bwhose (?:\w+ )?(?:it|they) (?:is|are|was|were)\b/,
    instead: "\"the owner\", or a sentence of its own",
    bad: "The user whose file it is may remove it.",
    good: "The owner of the file may remove it."
  },
  {
    id: "whoever",
    pattern: /\bwho(?:m|so)?(?:so)?ever\b/,
    instead: "\"anyone who\", \"the process that\", or who it is",
    bad: "Whoever opened a descriptor closes it.",
    good: "The thread that opened a descriptor closes it."
  },
  {
    id: "headless-who",
    pattern: /\b(?:as|by|for|only|to|with) who (?:may|can|has|reads?|asks?|owns?|wants?|writes?)\b/,
    instead: "\"anyone who\" or \"those who\"",
    bad: "The output may be closed by who reads it.",
    good: "The output may be closed by its reader."
  },
  {
    id: "what-is-left-out",
    pattern: /\bwhat is left out\b/,
    instead: "\"the default\", or what was left out",
    bad: "What is left out is the first of each row.",
    good: "Each option defaults to its first value."
  },
  {
    id: "one-a-line",
    pattern:
      /(?<![a-z])(?:line|path|bytes|once|µs|lookups) an? (?:path|line|file|component|directory|name|operation|call|entry|list|root|process|mount|level)\b/,
    instead: "\"per\"",
    bad: "The command prints one line a path.",
    good: "The command prints one line per path."
  },
  {
    id: "path-of-the-host",
    pattern: /\bpaths? of the host(?!'s)\b/,
    instead: "\"host path\"",
    bad: "Errors show no path of the host.",
    good: "Errors do not show host paths."
  },
  {
    id: "the-seed",
    pattern: /\bthe seed(?:'s| (?:takes|differs|has|does|follows|refuses|returns)\b)/,
    instead: "\"Go's procfsroot\"",
    bad: "The seed takes the empty path for the root.",
    good: "Go's procfsroot takes the empty path for the root; the seed of a random test is printed."
  },
  {
    id: "behind",
    pattern: /(?<!\b(?:leave|leaves|leaving|left)\b[^.]{0,60})\bbehind\b/,
    instead: "\"after\", or \"that it leads to\"",
    bad: "A slash behind a file is ENOTDIR.",
    good: "A slash after a file is ENOTDIR, and no file is left behind."
  },
  {
    id: "come-about",
    pattern: /\b(?:comes?|came|coming) about\b/,
    instead: "\"happen\"",
    bad: "The removal may still come about.",
    good: "The removal may still happen."
  },
  {
    id: "come-to-be",
    pattern: /\b(?:comes?|came) to be\b/,
    instead: "\"is created\" or \"is\"",
    bad: "It returns where the file came to be.",
    good: "It returns where the file was created."
  },
  {
    id: "of-the-moment",
    pattern: /\bof the moment\b/,
    instead: "\"current\"",
    bad: "It reads the values of the moment.",
    good: "It reads the current values."
  },
  {
    id: "is-struck",
    pattern: /\b(?:is|are|be|been) struck\b/,
    instead: "\"fails\"",
    bad: "Whatever passes the link is struck.",
    good: "Every operation that passes the link fails."
  },
  {
    id: "which-is-as",
    pattern: /\bwhich (?:is|are) as\b(?! (?:\w+ as|if)\b)/,
    instead: "\"which is like\" or \"as in\"",
    bad: "It returns the text, which is as procfs shows it.",
    good: "It returns the text as procfs shows it, which is as long as the name."
  },
  {
    id: "answer-is-a-string",
    pattern: /\b(?:an answer is|answers are) (?:a )?strings?\b|\btrue when it was asked\b/,
    instead: "\"returns a path, which may be wrong if somebody renames files\"",
    bad: "An answer is a string.",
    good: "The function returns a string, which may be wrong if somebody renames files."
  },
  {
    id: "retired-names",
    pattern: /\btrie\b/,
    instead: "DentryCache",
    bad: "Each directory is a node of the trie.",
    good: "Each directory is an entry of the DentryCache."
  },
  {
    id: "has-not",
    pattern: /\bwhat (?:\S+ ){1,3}ha(?:s|ve) not\b(?! \w+(?:ed|en)\b)/,
    instead: "\"what … lacks\"",
    bad: "It has what fs.promises has not.",
    good: "It has what fs.promises lacks, and returns what the program has not removed."
  },
  {
    id: "one-may",
    pattern: /\b(?:as|unless|although|that|what|if|which) one (?:can|may|might|must|wants?|would)\b/,
    instead: "\"you\", or who it is",
    bad: "It refuses them, as one may want for an upload.",
    good: "It refuses them, for example for an upload; each one may be logged."
  },
  {
    id: "come-of-it",
    pattern: /\b(?:comes?|came) of (?:it|them|this|that)\b/,
    instead: "\"the result\", or \"happened\"",
    bad: "It prints a call, and what came of it.",
    good: "It prints a call and its result."
  },
  {
    id: "whatever-is-asked",
    pattern: /\bwhatever is (?:asked|called)\b/,
    instead: "\"every later call\"",
    bad: "Whatever is asked later fails with EBADF.",
    good: "Every later call fails with EBADF, whatever it asks for."
  },
  {
    id: "what-else-is",
    pattern: /\bwhat else is\b/,
    instead: "\"any other …\"",
    bad: "It refuses a directory and what else is not a file.",
    good: "It refuses a directory and any other special file."
  },
  {
    id: "however-many",
    pattern: /\bhowever (?:deep|few|large|long|many|much|small)\b/,
    instead: "\"no matter how\"",
    bad: "It opens a few descriptors, however deep the tree is.",
    good: "It opens a few descriptors, no matter how deep the tree is. However, large files take longer."
  },
  {
    id: "also-after",
    pattern: /\balso (?:after|when|where) (?!that\b)/,
    instead: "\"even\"",
    bad: "Others see the old content, also after a crash.",
    good: "Others see the old content, even after a crash. The kernel also checks the directory."
  },
  {
    id: "as-by",
    pattern: /\bas by (?:an?|the)\b/,
    instead: "\"as in\" or \"as with\"",
    bad: "The leftmost problem is reported, as by the kernel.",
    good: "The leftmost problem is reported, as in the kernel."
  },
  {
    id: "archaic",
    pattern:
      /\b(?:there(?:of|in|by|upon)|where(?:of|in|upon|by)|here(?:of|in|by)|hitherto|whence|thence|anew|lest|save for|amongst|upon|for want of|in vain)\b/,
    instead: "the common word",
    bad: "A link is an entry whereof the target is text.",
    good: "The target of a link is text."
  }
]
