/// Matching of user patterns: byte automata that rule out almost every text in one pass, and RE2/J
/// for the texts that are left. A search takes linear time; replacing is a search behind every
/// match, so that its steps are bounded.
@NullMarked
package dev.headgate.pipeline.process.regex;

import org.jspecify.annotations.NullMarked;
