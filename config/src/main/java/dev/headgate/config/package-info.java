/// The configuration as data: one record per YAML block, with its defaults and its validation.
@NullMarked
package dev.headgate.config;

import org.jspecify.annotations.NullMarked;
