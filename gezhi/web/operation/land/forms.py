"""Forms of the land: headings of a plan, one change of it, what an area is called, files with outlines."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.territory.actions.plans import LONGEST_TEXT, LONGEST_TITLE
from gezhi.territory.codes import Level
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import Outline
from gezhi.territory.models import GridKind, PlanningRun, ResourceCategory
from gezhi.territory.outline_files import read_outlines
from gezhi.territory.planner.files import NotReadable
from gezhi.territory.queries import AreaName, list_names, name_path
from gezhi.territory.workflow import PROPOSE
from gezhi.web.operation.forms import Choices, say_what_is_missing

# A layer of a whole district in full precision is a tenth of this.
LARGEST_FILE = 30 * 1024 * 1024
CRS_CHOICES = [
    (Crs.CGCS2000.value, "CGCS2000"),
    (Crs.WGS84.value, "WGS 84"),
    (Crs.GCJ02.value, "GCJ-02"),
    (Crs.BD09.value, "BD-09"),
]
UNREADABLE = {
    "format": _("不是能读的 GeoJSON、GeoPackage、Shapefile（ZIP）或 CSV。"),
    "encoding": _("文字编码不是 UTF-8 或 GB 18030。"),
    "columns": _("缺少经纬度列。"),
    "archive": _("压缩包里没有能读的 Shapefile。"),
}


def line(**attributes: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attributes})


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def number_field(
    label: Any, *, required: bool = False, least: int = 0, most: int = 10_000_000, **more: Any
) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric", "min": least, "max": most})
    return forms.IntegerField(label=label, required=required, min_value=least, max_value=most, widget=widget, **more)


def day_field(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    # The browser's own calendar speaks ISO, whatever the language of the page.
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"], **more)


def text_area(
    label: Any, *, rows: int = 3, longest: int = LONGEST_TEXT, required: bool = True, **more: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows, "maxlength": longest})
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget, **more)


class LandForm(forms.Form):
    """A form whose refusals stand beside the input that they are about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        say_what_is_missing(self)

    def offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def refuse(self, field: str | None, message: Any) -> None:
        self.add_error(field if field in self.fields else None, str(message))


class OutlineFileField(forms.FileField):
    """Cleans to the features of the file and the system that it says itself: `(outlines, crs or None)`."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ".geojson,.json,.gpkg,.zip,.csv"
        widget = forms.ClearableFileInput(attrs={"class": "form-control", "accept": accept})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[list[Outline], Crs | None] | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        return outlines_of(upload.name, upload)


def bytes_of(upload: Any) -> bytes:
    """A file that was sent, if it is not too large."""
    if upload.size > LARGEST_FILE:
        raise forms.ValidationError(_("文件超过 30 MB，请分成几个小文件。"))
    content: bytes = upload.read()
    return content


def outlines_of(name: str, upload: Any) -> tuple[list[Outline], Crs | None]:
    try:
        outlines, crs = read_outlines(name, bytes_of(upload))
    except NotReadable as error:
        raise forms.ValidationError(UNREADABLE[error.reason]) from None
    broken = [one for one in outlines if one.geometry is None]
    if broken:
        raise forms.ValidationError(
            _("第 %(position)d 个要素读不出图形：%(error)s"),
            params={"position": broken[0].position, "error": broken[0].error},
        )
    if not outlines:
        raise forms.ValidationError(_("文件里没有要素。"))
    return outlines, crs


def crs_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("坐标系"), choices=CRS_CHOICES, widget=select(), help_text=_("GeoPackage 自带坐标系，不看这一项。")
    )


# --- plans ----------------------------------------------------------------------------------------------------------


class HeadingsForm(LandForm):
    """What stands at the head of a plan."""

    scope = forms.ChoiceField(
        label=_("范围"),
        widget=select(),
        help_text=_("只涉及一个社区的由社区提报，跨社区的由街道提报，跨街道的由区提报。"),
    )
    title = forms.CharField(label=_("方案名称"), max_length=LONGEST_TITLE, widget=line(autofocus=True))
    reason = text_area(_("调整的理由"), rows=4)
    takes_effect_on = day_field(_("生效日期"), help_text=_("最早明天；到这一天零点以后自动生效。"))

    def __init__(self, actor: Actor, today: date, *args: Any, fixed_scope: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["takes_effect_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        if fixed_scope:
            del self.fields["scope"]
        else:
            self.offer("scope", scope_choices(actor))


def scope_choices(actor: Actor) -> Choices:
    """Where the actor may propose, wide areas first. From memory."""
    found: list[tuple[str, str]] = []
    levels: tuple[Level, ...] = ("district", "street", "community")
    for level in levels:
        for top in actor.areas(PROPOSE[level]):
            found += [
                (area.code, name_path(area.code, with_district=level == "district"))
                for area in list_names(level, within=top)
            ]
    return found


def one_select(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=select(), **more)


def many_boxes(label: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **more)


class ChangeForm(LandForm):
    """One change of a plan; which inputs it has follows from its kind."""

    def __init__(
        self, kind: str, level: Level, areas: Sequence[AreaName], parents: Sequence[AreaName], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.level = kind, level
        named = [(area.code, f"{area.short_name}  {area.code}") for area in areas]
        for name, field in FIELDS[kind](level):
            self.fields[name] = field
        if "areas" in self.fields:
            self.offer("areas", named)
        if "area" in self.fields:
            self.offer("area", [("", _("请选择")), *named])
        if "parent" in self.fields:
            self.offer("parent", [("", _("按图形所在自动判断")), *((one.code, name_path(one.code)) for one in parents)])
        say_what_is_missing(self)


Fields = list[tuple[str, forms.Field]]


def file_fields(help_text: Any) -> Fields:
    return [
        ("file", OutlineFileField(label=_("边界文件"), help_text=help_text)),
        ("crs", crs_field()),
    ]


def merge_fields(level: Level) -> Fields:
    named = _("合并后的名称") if level == "grid" else _("合并后的名称（必填）")
    name = forms.CharField(
        label=named, required=level != "grid", max_length=LONGEST_TITLE, widget=line(),
        help_text=_("网格可以不填，按编号命名。户数、人口不填的按相加算。"),
    )  # fmt: skip
    return [("areas", many_boxes(_("合并哪些区域"))), ("name", name)]


def split_fields(level: Level) -> Fields:
    words = _("每个要素是拆分后的一个区域，可带属性：名称、户数、人口、类别、类型、四至。")
    return [("area", one_select(_("拆分哪个区域"))), *file_fields(words)]


def redraw_fields(level: Level) -> Fields:
    return file_fields(_("每个要素是一个区域调整后的边界，用属性“编码”（code）指明是哪一个。"))


def create_fields(level: Level) -> Fields:
    words = _("每个要素是一个新设的区域，可带属性：名称、户数、人口、类别、类型、四至。")
    parent = one_select(_("上级"), required=False)
    return [("parent", parent), *file_fields(words)]


def retire_fields(level: Level) -> Fields:
    words = _("撤销以后，它的土地要由相邻区域的调整接过去，否则证明通不过。")
    return [("area", one_select(_("撤销哪个区域"), help_text=words))]


def whole_fields(level: Level) -> Fields:
    words = _(
        "文件里是这些社区全部网格的新边界。系统自己比对：没变的不动，变了的调整边界，多出来的新设，没有了的撤销。"
    )
    return file_fields(words)


FIELDS: dict[str, Callable[[Level], Fields]] = {
    "merge": merge_fields,
    "split": split_fields,
    "redraw": redraw_fields,
    "create": create_fields,
    "retire": retire_fields,
    "whole": whole_fields,
}


class AreaForm(LandForm):
    """How an area of a plan is called and what it holds."""

    name = forms.CharField(label=_("名称"), required=False, max_length=LONGEST_TITLE, widget=line(autofocus=True))
    kind = forms.ChoiceField(label=_("类别"), choices=GridKind.choices, widget=select())
    subtype = one_select(_("专属网格类型"), required=False)
    households = number_field(_("户数"))
    population = number_field(_("人口"))
    bounds_east = forms.CharField(label=_("东至"), required=False, max_length=100, widget=line())
    bounds_south = forms.CharField(label=_("南至"), required=False, max_length=100, widget=line())
    bounds_west = forms.CharField(label=_("西至"), required=False, max_length=100, widget=line())
    bounds_north = forms.CharField(label=_("北至"), required=False, max_length=100, widget=line())

    def __init__(self, level: str, subtypes: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("subtype", [("", _("不是专属网格")), *subtypes])
        if level != "grid":
            del self.fields["kind"], self.fields["subtype"]
            self.fields["name"].required = True
        say_what_is_missing(self)

    def bounds(self) -> tuple[str, str, str, str]:
        east, south, west, north = (self.cleaned_data[f"bounds_{side}"] for side in ("east", "south", "west", "north"))
        return east, south, west, north


# --- registers ------------------------------------------------------------------------------------------------------


class FactsForm(LandForm):
    """What the register says of an area besides its outline."""

    name = forms.CharField(label=_("名称"), max_length=100, widget=line())
    short_name = forms.CharField(label=_("简称"), max_length=100, widget=line())
    households = number_field(_("户数"))
    population = number_field(_("人口"))
    bounds_east = forms.CharField(label=_("东至"), required=False, max_length=100, widget=line())
    bounds_south = forms.CharField(label=_("南至"), required=False, max_length=100, widget=line())
    bounds_west = forms.CharField(label=_("西至"), required=False, max_length=100, widget=line())
    bounds_north = forms.CharField(label=_("北至"), required=False, max_length=100, widget=line())


class ExemptionForm(LandForm):
    reason = text_area(_("豁免的理由"), longest=200, help_text=_("例如：整栋楼不能拆开；村落分散，凑不够户数。"))
    from_on = day_field(_("从哪一天起"))
    until_on = day_field(_("到哪一天止"), required=False, help_text=_("不填的，一直到有人结束它。"))


class RuleForm(LandForm):
    """How large a kind of grid should be, from a day on."""

    kind = forms.ChoiceField(label=_("网格类别"), choices=GridKind.choices, widget=select())
    fewest_households = number_field(_("最少户数"), required=True, most=1_000_000)
    most_households = number_field(_("最多户数"), required=True, most=1_000_000)
    most_people = number_field(_("最多人口"), required=True, least=1)
    valid_from = day_field(_("从哪一天起"))
    basis = forms.CharField(label=_("依据"), required=False, max_length=200, widget=line())


class CodesField(forms.CharField):
    """Codes of areas, one after another, however they are set apart."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return list(dict.fromkeys(text.replace("，", " ").replace(",", " ").replace("、", " ").split()))


def codes_field() -> CodesField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": 3})
    return CodesField(
        label=_("服务哪些区域"),
        max_length=16_000,
        widget=widget,
        help_text=_("区域编码，用空格、逗号或换行隔开；可以是街道、社区或网格。"),
    )


class ResourceForm(LandForm):
    category = forms.ChoiceField(label=_("大类"), widget=select())
    name = forms.CharField(
        label=_("资源名称"), max_length=100, widget=line(), help_text=_("队伍、站点或服务的名称，不写个人。")
    )
    provider = forms.CharField(label=_("提供单位"), required=False, max_length=100, widget=line())
    note = forms.CharField(label=_("说明"), required=False, max_length=200, widget=line())
    areas = codes_field()
    from_on = day_field(_("从哪一天起"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (row.code, row.name if row.is_confirmed else f"{row.name}（{_('待确认')}）")
            for row in ResourceCategory.objects.order_by("position", "code")
        ]
        self.offer("category", [("", _("请选择")), *named])
        say_what_is_missing(self)


class PlaceForm(LandForm):
    areas = codes_field()
    from_on = day_field(_("从哪一天起"))


class EntryForm(LandForm):
    """An entry of a dictionary."""

    name = forms.CharField(label=_("名称"), max_length=30, widget=line(autofocus=True))
    is_confirmed = forms.BooleanField(label=_("已由区里确认"), required=False)


class LegacyForm(LandForm):
    """A department's old grid."""

    department = forms.ChoiceField(label=_("部门"), widget=select())
    code = forms.CharField(label=_("业务网格编码"), max_length=40, widget=line())
    name = forms.CharField(label=_("名称"), max_length=100, widget=line())
    file = OutlineFileField(
        label=_("边界文件"), required=False, help_text=_("只有一个要素；没有边界的，登记后手工对应。")
    )
    crs = crs_field()

    def __init__(self, departments: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("department", [("", _("请选择")), *departments])
        say_what_is_missing(self)


class MappingForm(LandForm):
    """So much of an old grid lies in an area of ours."""

    area = forms.CharField(label=_("对应的区域编码"), max_length=15, widget=line(inputmode="numeric"))
    percent = number_field(_("占业务网格的百分之几"), required=True, least=1, most=100)


class RetireForm(LandForm):
    until_on = day_field(_("最后一天"), help_text=_("这一天以后，业务网格不再接收新任务。"))


class ImportForm(LandForm):
    """A file to be taken in, or only to be tried."""

    file = forms.FileField(label=_("文件"), widget=forms.ClearableFileInput(attrs={"class": "form-control"}))
    crs = crs_field()
    department = forms.ChoiceField(label=_("部门"), widget=select(), required=False)
    source = forms.CharField(
        label=_("来源"), required=False, max_length=200, widget=line(), help_text=_("不填的用文件名。")
    )

    def __init__(self, kind: str, departments: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "legacy":
            del self.fields["department"]
        else:
            self.fields["department"].required = True
            self.offer("department", [("", _("请选择")), *departments])
        if kind in ("areas", "resources"):
            del self.fields["crs"]
        if kind not in ("boundaries", "units"):
            del self.fields["source"]
        say_what_is_missing(self)


# --- the planner ----------------------------------------------------------------------------------------------------


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        several = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in several]


class PlannerForm(LandForm):
    """What the planner is asked for."""

    scope = forms.ChoiceField(label=_("范围"), widget=select())
    title = forms.CharField(label=_("名称"), max_length=LONGEST_TITLE, widget=line(autofocus=True))
    kind = forms.ChoiceField(
        label=_("怎样划"), choices=PlanningRun.Kind.choices, widget=select(),
        help_text=_("重新划分：从头来，边界最顺。少动微调：人口变了以后，换网格的户数最少。"),
    )  # fmt: skip
    layers = FilesField(
        label=_("单元文件"), required=False,
        widget=ManyFiles(attrs={"class": "form-control", "multiple": True, "accept": ".geojson,.json,.gpkg,.zip,.csv"}),
        help_text=_(
            "地块、楼栋（带户数）、道路、河流，可以选几个文件。不选的用本系统的底册："
            "现有网格，有单元网格的按单元网格切开，户数按面积分摊，只供参考。"
        ),
    )  # fmt: skip
    crs = crs_field()
    least = number_field(_("每个网格至少"), required=True, least=1, most=1_000_000)
    most = number_field(_("每个网格至多"), required=True, least=1, most=1_000_000)
    counts = forms.ChoiceField(
        label=_("按什么算"), choices=[("households", _("户")), ("people", _("人"))], widget=select()
    )
    minutes = number_field(
        _("最多算几分钟"), least=1, most=60, help_text=_("到时间自动停，保留最好的结果；不填的算完为止。")
    )
    is_quick = forms.BooleanField(label=_("快算：只搜索十分之一，先看个大概"), required=False)
    seed = number_field(
        _("随机种子"), least=1, most=1_000_000, help_text=_("同样的种子得同样的结果；想看另一种划法就换一个。")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("scope", [one for one in scope_choices(actor) if len(one[0]) > 6])
