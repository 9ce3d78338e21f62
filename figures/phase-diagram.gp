set multiplot layout 1, 2 margins 0.075, 0.985, 0.15, 0.9 spacing 0.09
file = tables.'phase-diagram.tsv'
# In the order of the table's classes.
colours = '0xF0D9A0 0xD9D9D9 0xA9D6B8 0xF7E3B5 0xC9DDB0 0xF0CFA0 0x9FCBE8 0xE8D48A 0xA9D6B8 0xD9D9D9'
colour(region) = int(word(colours, 1 + int(value('class_'.region))))
in(panel, region, name) = \
  column('panel') == panel && column('region') == region ? column(name) : NaN
edge(panel, name) = column('panel') == panel ? column(name) : NaN

# Names in wide regions, in the one along the axis, and in small ones.
kind(x, area) = area < 1.5 ? 2 : x < 0.3 ? 1 : 0

# The sampled networks, if there are any: a part of the plot command of their panel.
points(panel, count) = count == 0 ? '' : ", tables.'phase-diagram-sampled.tsv' using " \
  ."(edge(".panel.", 'x')):'y':(column('specialists') > 0.9 ? 7 : 6) " \
  ."with points pt variable lc rgb blue notitle"
points_2 = points(2, point_count_2)
points_3 = points(3, point_count_3)
legend = 'points: sampled, filled where one neuron or more specialises'
if (point_count_2 > 0) {
  set label 7 legend at 0.1, 2 left front font ',11' textcolor rgb blue
}

unset key
set xrange [0:10]
set yrange [0:6]
set xlabel 'log_d N'
set ylabel 'degree m of the target'
set ytics (1, 3, 5)
set title 'two layers'
set label 1 'Sp: P* ∝ √(N d)' at 3.2, 3.35 center front
set label 2 'Sp' at 4.5, 5.05 center front
set label 3 'lazy (GP): P* ∝ d^m' at 7.5, 3.05 center front
set label 4 'GP' at 5.5, 1.05 center front
set label 5 'GP' at 9.5, 5.05 center front
set label 6 'GFL' at 0.5, 1.05 center front
plot \
  for [r = 1:region_count] file using (in(2, r, 'x')):(in(2, r, 'y')) with filledcurves closed \
    fc rgb colour(r) fs solid notitle, \
  tables.'phase-diagram-edges.tsv' using (edge(2, 'x')):(edge(2, 'y')):(edge(2, 'dx')):\
    (edge(2, 'dy')) with vectors nohead lw 1.5 lc rgb black notitle @points_2
unset label
unset key
set xrange [0:6.5]
set yrange [0:6.5]
set ytics auto
set xlabel 'log_d N_1'
set ylabel 'log_d N_2'
set title 'three layers, m = 3'
if (point_count_3 > 0) {
  set label 8 'sampled' at 2.7, 1 left front font ',11' textcolor rgb blue
}
plot \
  for [r = 1:region_count] file using (in(3, r, 'x')):(in(3, r, 'y')) with filledcurves closed \
    fc rgb colour(r) fs solid notitle, \
  tables.'phase-diagram-edges.tsv' using (edge(3, 'x')):(edge(3, 'y')):(edge(3, 'dx')):\
    (edge(3, 'dy')) with vectors nohead lw 1.5 lc rgb black notitle, \
  for [narrow = 0:2] tables.'phase-diagram-labels.tsv' using \
    (kind(column('x'), column('area')) == narrow ? column('x') : NaN):'y':(strcol('name')) \
    with labels rotate by (narrow == 1 ? 90 : 0) font (narrow == 0 ? ',15' : ',9') notitle @points_3
unset multiplot
