# SPDX-License-Identifier: GPL-3.0-or-later
# MINIKEY_TRY_CFLAG(VAR, FLAG): append FLAG to VAR when the compiler accepts it.
AC_DEFUN([MINIKEY_TRY_CFLAG], [
  AS_VAR_PUSHDEF([cv], [minikey_cv_cflag_$2])
  AC_CACHE_CHECK([whether $CC accepts $2], [cv], [
    minikey_save=$CFLAGS
    CFLAGS="$CFLAGS -Werror m4_bpatsubst([$2], [^-Wno-], [-W])"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cv], [yes])], [AS_VAR_SET([cv], [no])])
    CFLAGS=$minikey_save])
  AS_VAR_IF([cv], [yes], [AS_VAR_APPEND([$1], [" $2"])])
  AS_VAR_POPDEF([cv])
])
AC_DEFUN([MINIKEY_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([cv], [minikey_cv_ldflag_$2])
  AC_CACHE_CHECK([whether the linker accepts $2], [cv], [
    minikey_save=$LDFLAGS
    LDFLAGS="$LDFLAGS $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cv], [yes])], [AS_VAR_SET([cv], [no])])
    LDFLAGS=$minikey_save])
  AS_VAR_IF([cv], [yes], [AS_VAR_APPEND([$1], [" $2"])])
  AS_VAR_POPDEF([cv])
])
AC_DEFUN([MINIKEY_WARN_FLAGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [turn warnings into errors (CI)])], [], [enable_werror=no])
  m4_foreach_w([mk_flag], [-Wall -Wextra -Wshadow -Wundef -Wvla -Wpointer-arith -Wcast-qual
    -Wwrite-strings -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes
    -Wmissing-declarations -Wredundant-decls -Wnested-externs -Wformat=2 -Wconversion
    -Wsign-conversion -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
    -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wstrict-overflow=2
    -Wunused-result -Walloca -fno-common
    -ffp-contract=off],
    [MINIKEY_TRY_CFLAG([WARN_CFLAGS], mk_flag)])
  AS_VAR_IF([enable_werror], [yes], [AS_VAR_APPEND([WARN_CFLAGS], [" -Werror"])])
  AC_SUBST([WARN_CFLAGS])
])
AC_DEFUN([MINIKEY_HARDEN_FLAGS], [
  AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [leave hardening flags to the packager])], [], [enable_hardening=yes])
  AS_VAR_IF([enable_hardening], [yes], [
    m4_foreach_w([mk_flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero -fPIE],
      [MINIKEY_TRY_CFLAG([HARDEN_CFLAGS], mk_flag)])
    m4_foreach_w([mk_flag], [-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed -pie],
      [MINIKEY_TRY_LDFLAG([HARDEN_LDFLAGS], m4_quote(mk_flag))])])
  AC_SUBST([HARDEN_CFLAGS]) AC_SUBST([HARDEN_LDFLAGS])
])
AC_DEFUN([MINIKEY_ARG_SANITIZE], [
  AC_ARG_WITH([sanitize], [AS_HELP_STRING([--with-sanitize=LIST], [e.g. address,undefined])], [], [with_sanitize=no])
  AS_CASE([$with_sanitize], [no|""], [], [yes], [with_sanitize=address,undefined])
  AS_VAR_IF([with_sanitize], [no], [], [
    MINIKEY_SLOW=1
    SAN_CFLAGS="-fsanitize=$with_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SAN_CFLAGS])
  AC_SUBST([MINIKEY_SLOW])
])
AC_DEFUN([MINIKEY_ARG_FUZZ], [
  AC_ARG_ENABLE([fuzz], [AS_HELP_STRING([--enable-fuzz], [link fuzz targets with $LIB_FUZZING_ENGINE])], [], [enable_fuzz=no])
  AC_ARG_VAR([LIB_FUZZING_ENGINE], [fuzzing engine, default -fsanitize=fuzzer])
  : ${LIB_FUZZING_ENGINE=-fsanitize=fuzzer}
  AM_CONDITIONAL([FUZZ], [test "x$enable_fuzz" = xyes])
])
