# NixOS module: `services.fairlead`, a daemon for every user who logs in.
# How far it is tested is said in ../README.md.
{ config, lib, pkgs, ... }:

let
  cfg = config.services.fairlead;
in
{
  options.services.fairlead = {
    enable = lib.mkEnableOption "Fairlead, every coding agent of the machine on the codex app-server wire";

    package = lib.mkOption {
      type = lib.types.package;
      description = "Package that has `bin/fairlead`.";
    };

    agents = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.claude-code pkgs.codex ]";
      description = "Agents that are found even where the login shell does not have them on its PATH.";
    };

    environment = lib.mkOption {
      type = lib.types.attrsOf lib.types.str;
      default = { };
      example = { OTEL_EXPORTER_OTLP_ENDPOINT = "http://localhost:4318"; };
      description = ''
        Environment of the daemon. It lies in the world-readable Nix store: no secrets.
        `host.toml` is the user's own, in `~/.config/fairlead`; `fairlead config` changes it.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ cfg.package ];

    systemd.user.services.fairlead = {
      description = "Fairlead: the coding agents of this machine";
      wantedBy = [ "default.target" ];
      path = cfg.agents;
      inherit (cfg) environment;
      startLimitIntervalSec = 120;
      startLimitBurst = 5;
      serviceConfig = {
        ExecStart = "${cfg.package}/bin/fairlead serve";
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
        Restart = "on-failure";
        RestartSec = 5;
        # What it ends with when host.toml is wrong: trying again would not help.
        RestartPreventExitStatus = 78;
        # Only the daemon is asked to stop: it lets running turns of its agents finish.
        KillMode = "mixed";
        TimeoutStopSec = 3660;
      };
    };
  };
}
