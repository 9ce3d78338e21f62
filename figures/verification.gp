cells = tables.'verification.tsv'
rows = tables.'verification-studies.tsv'
# Alignments reach over 0.02 to 1.
stats cells using 'archived' name 'archived' nooutput
span = archived_max - archived_min
set multiplot layout 1, 2 title sprintf( \
  '%.0f cells of %.0f studies identical, %.0f within tolerance, %.0f outside, %.0f missing%s', \
  identical, studies, within, outside, lacking, \
  untested > 0 ? sprintf(', %.0f not tested', untested) : '') font ',16' \
  textcolor rgb (outside + lacking + failing > 0 ? vermilion : black)
colour(verdict) = verdict < 0.5 ? blue : verdict < 1.5 ? orange : verdict < 2.5 ? vermilion : grey
mark(verdict) = verdict < 0.5 ? 7 : verdict < 1.5 ? 6 : verdict < 2.5 ? 2 : 4

set margins screen 0.1, screen 0.42, screen 0.13, screen 0.88
room = span > 0.2 ? 0.05 * span : 0.01
set xrange [archived_min - room:archived_max + room]
set xlabel 'archived mean alignment'
set xtics span > 0.5 ? 0.2 : span > 0.2 ? 0.1 : span > 0.1 ? 0.05 : 0.02
set ylabel 'regenerated' offset 1
set key top left reverse Left
plot \
  x with lines lc rgb grey lw 1 notitle, \
  cells using 'archived':'regenerated':(0.5):(mark(column('verdict'))):(colour(column('verdict'))) \
    with points ps variable pt variable lc rgb variable notitle, \
  keyentry with points pt 7 lc rgb blue title 'identical', \
  keyentry with points pt 6 lc rgb orange title 'within tolerance', \
  keyentry with points pt 2 lc rgb vermilion title 'outside', \
  keyentry with points pt 4 lc rgb grey title (untested > 0 ? 'not tested' : '')

# Studies from top to bottom, the cells of each in the archive's order.
set margins screen 0.7, screen 0.985, screen 0.13, screen 0.88
reach = widest > 0 ? 1.1 * (widest > quantile ? widest : quantile) : 1
set xrange [-reach:reach]
set xtics autofreq
set yrange [-0.2:studies]
set xlabel 'residual / combined s.e.'.(quantile > 0 ? ', dashed: allowed' : '')
unset ylabel
unset key
set ytics scale 0
set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb grey lw 0.5
if (quantile > 0) {
  set arrow from quantile, graph 0 to quantile, graph 1 nohead lc rgb black dt 2
  set arrow from -quantile, graph 0 to -quantile, graph 1 nohead lc rgb black dt 2
}
plot \
  rows using (0):'row':ytic(strcol('label')) with points pt -1 notitle, \
  cells using 'residual':'row':(0.5):(mark(column('verdict'))):(colour(column('verdict'))) \
    with points ps variable pt variable lc rgb variable notitle
unset multiplot
