#!/usr/bin/python3
"""Puts the connector that copied_folder.cmake built from a copy of examples/hello beside those of a running
hub and shows that it is there, with its own form and texts, without a restart and without another file.

    tests/plugin_api/copied_folder_test.py BUILD FOLDER
"""
import json
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

ID = "com.example.bonjour"


class CopiedFolder(unittest.TestCase):
    def setUp(self):
        self.world = world = hub.World(BUILD, "sqlite")
        self.addCleanup(world.close)
        self.folder = world.folder / "plugins"
        self.folder.mkdir()
        world.write_settings({"plugins.folder": str(self.folder)})
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        self.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                      "sandbox")
        org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.viewer = world.key_of(org, "viewer", "viewer@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())

    def listed(self):
        return {one["id"]: one for one in
                self.world.call(self.viewer, "GET", "/v1/plugins", expect=200).json["data"]}

    def test_is_in_a_running_hub_with_its_own_form_and_texts(self):
        self.assertEqual(self.listed(), {})
        shutil.copytree(FOLDER, self.folder / "bonjour")
        self.world.call(self.operator, "POST", "/v1/plugins:rescan", expect=200)
        self.assertEqual(self.listed()[ID]["state"], "ready")
        shown = self.world.call(self.viewer, "GET", f"/v1/plugins/{ID}", expect=200).json
        manifest = json.loads((FOLDER / "manifest.json").read_text())
        for own in ("name", "texts", "icon", "docs"):
            self.assertEqual(shown[own], manifest[own], own)
        self.assertEqual(shown["settings"]["schema"], manifest["settings"]["schema"])
        self.assertEqual(set(shown["texts"]), {"en", "fr"})
        field = shown["settings"]["schema"]["properties"]["dealer_id"]
        self.assertEqual((field["title"], field["x-i18n"]["fr"]["title"]), ("Dealer number", "Numéro de revendeur"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
