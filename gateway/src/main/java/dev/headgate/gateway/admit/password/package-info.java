/// The ways in which an htpasswd file keeps passwords.
@NullMarked
package dev.headgate.gateway.admit.password;

import org.jspecify.annotations.NullMarked;
