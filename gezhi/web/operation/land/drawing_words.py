"""What the scripts of the drawing page say."""

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """By name, as the scripts ask for them; `{a}`, `{b}`, `{n}` are filled there."""
    return (
        steps()
        | refusals()
        | states()
        | {
            "levels": {"street": _("街道"), "community": _("社区（村）"), "grid": _("网格")},
            "kinds": {
                "gap": _("缝隙"),
                "overlap": _("重叠"),
                "outside": _("越出上级边界"),
                "self_crossing": _("边界自相交"),
                "sliver": _("碎片"),
                "one_sided": _("单边顶点"),
            },
            "new_area": _("新划 {n}"),
            "open_land": _("空地"),
        }
    )


def steps() -> dict[str, Any]:
    """Names of what was done, for the button that takes it back."""
    return {
        "do_move": _("移动一个点"),
        "do_add": _("加一个点"),
        "do_remove": _("删一个点"),
        "do_split": _("拆分 {a}"),
        "do_give": _("{a} 划一块给 {b}"),
        "do_merge": _("{a} 与 {b} 合并"),
        "do_retire": _("撤销 {a}"),
        "do_create": _("空地新设"),
        "do_fill": _("空地并入 {a}"),
        "do_households": _("填写 {a} 的户数"),
        "do_name": _("填写 {a} 的名称"),
    }


def refusals() -> dict[str, Any]:
    """What `Impossible` of the scripts means."""
    return {
        "impossible": {
            "locked": _("这个点在方案范围的外边界上，不能移动；要把分界挪到别处，请用“划给邻居”画一条线。"),
            "too_few": _("三角形不能再少一个点。"),
            "meeting": _("这里有三块地相接，删掉这个点会留下空地；请改为移动它。"),
            "line_short": _("线至少要有两个不同的点。"),
            "line_ends": _("线的两头都要落在所选区域的外边界上。"),
            "line_outside": _("线要从所选区域里面穿过，不能越出它的边界，也不能只沿着边界走。"),
            "line_crosses": _("线不能和自己相交。"),
            "line_touches": _("线的中间不能碰到边界；请在碰到的地方结束。"),
            "other_parent": _("两块地不在同一个上级里；请先在上一级调整边界。"),
            "not_beside": _("两块地没有共同的边界。"),
            "nothing_left": _("这样移动，有一块地就没有了；要撤销它，请用“撤销”。"),
            "has_parts": _("它下面还有网格，请先把它们划给别的社区，或者与相邻社区合并。"),
            "no_area": _("请先选一个区域。"),
        },
        "failed_load": _("没有取到方案的边界，请检查网络后刷新本页。"),
        "failed_save": _("没有连上服务器，这份图还没有保存。您画的都还在本页里，请检查网络后再试。"),
        "not_kept": _("本页的暂存已满：刷新会丢掉您画的，请尽快保存或导出。"),
        "ask_save": _("划分还不完整：共 {n} 处要改，改好才能保存。您画的都还在。"),
    }


def states() -> dict[str, Any]:
    """What stands on the page while somebody draws."""
    return {
        "clean": _("划分完整：没有缝隙、重叠和越界"),
        "wrong": _("有 {n} 处要改"),
        "loose": _("划分完整；有 {n} 个单边顶点，不妨碍保存"),
        "soft": _("{n} 个单边顶点：一边有点、另一边没有，不妨碍保存"),
        "untouched": _("还没有改动"),
        "checking": _("服务器核对中…"),
        "checked": _("服务器已逐毫米核对，证明书 {a}"),
        "checked_loose": _("服务器已逐毫米核对，划分完整"),
        "unchecked": _("没有连上服务器，保存时再核对"),
        "square": _("{n} 平方米"),
        "hectares": _("{n} 公顷"),
        "households": _("{n} 户"),
        "households_unknown": _("户数不详"),
        "estimate": _("按面积估算约 {n} 户"),
        "was": _("原有 {n} 户"),
        "too_few_households": _("少于 {n} 户的下限"),
        "too_many_households": _("多于 {n} 户的上限"),
        "fits": _("在 {a}—{b} 户之内"),
        "from": _("由 {a} 划出"),
        "vertex": _("第 {n} 个点，共 {m} 个；{a}"),
        "shared_by": _("{n} 块地共用"),
        "shared_none": _("只在这一块地上"),
        "vertex_locked": _("在范围外边界上，不能动"),
        "picked_up": _("拿起了这个点：方向键移动 1 米，按住 Shift 10 米，按住 Alt 0.1 米；回车放下，Esc 放回"),
        "put_down": _("放下了，移动了 {n} 米"),
        "put_back": _("放回了原处"),
        "moved_by": _("已移动 {n} 米（向东 {a}，向北 {b}）"),
        "onto_vertex": _("并到这个点"),
        "onto_edge": _("贴到这条边"),
        "chosen": _("选中 {a}"),
        "line_begin": _("画线：从 {a} 的边界上开始，到边界上结束；点错了按退格"),
        "line_going": _("已画 {n} 个点；再点边界就结束，回车在所选的点结束，Esc 放弃"),
        "line_free": _("自由点：方向键移动，回车落点，x 回到沿边界走"),
        "choose_merge": _("{a} 与哪一块合并？"),
        "choose_give": _("划给哪一块？"),
        "choose_fill": _("空地并入哪一块？"),
        "no_neighbours": _("旁边没有可以选的区域"),
        "took_back": _("退回了：{a}"),
        "did_again": _("重做了：{a}"),
        "nothing_back": _("没有可以退回的"),
        "saved": _("已保存为第 {n} 版，划分完整。"),
        "saving": _("保存中…"),
        "restored": _("接着上次画的：{n} 步还没有保存，都在。"),
        "restored_stale": _("接着上次画的：{n} 步都在。这期间方案已被别人保存过，保存时会请您选。"),
        "stale": _("{a} 在 {b} 先保存了第 {n} 版。您画的都还在，没有丢。"),
        "all_done": _("没有要改的地方"),
        "undo_words": _("退回：{a}"),
        "redo_words": _("重做：{a}"),
        "found_none": _("没有找到。可以输名称、编码（旧编码也行）、地址，或“经度,纬度”。"),
        "of_defect": _("{a}，{b}"),
        "fill_to": _("并入…"),
        "create_here": _("新设"),
    }
