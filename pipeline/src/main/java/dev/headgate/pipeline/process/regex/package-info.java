/// Matching of user patterns in linear time: byte automata that rule out almost every text in one
/// pass, and RE2/J for the texts that are left.
@NullMarked
package dev.headgate.pipeline.process.regex;

import org.jspecify.annotations.NullMarked;
